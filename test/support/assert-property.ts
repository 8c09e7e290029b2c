/** `fc.assert` for properties that are not asynchronous: returns nothing, so there is no promise to forget. */
import * as fc from 'fast-check';

export function assertProperty<Values>(property: fc.IProperty<Values>, parameters?: fc.Parameters<Values>): void {
  void fc.assert(property, parameters);
}
