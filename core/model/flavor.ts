/**
 * Nominal typing for numbers and strings.
 *
 * `Flavor` lets a plain literal or the result of arithmetic in, but refuses another flavour: ticks cannot be passed where
 * millionths are expected. `Brand` lets nothing in but what its own constructor made: used for identifiers.
 */
declare const flavor: unique symbol;
declare const brand: unique symbol;

export type Flavor<T, Name extends string> = T & { readonly [flavor]?: Name };
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
