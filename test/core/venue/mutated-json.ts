/** Arbitrary JSON that began as a real message: a few of its values replaced or left out, and fields nobody knows added. */
import * as fc from 'fast-check';

/** Values that a careless reader takes for a number, a zero or an object. */
const hostile = fc.constantFrom<unknown>(
  ...['', '0', '-0', '-1', '0.5', '.5', '5.', '.', 'NaN', 'Infinity', '1e5', '+1', ' 1', '1 ', '0x10', '1,5', 'null'],
  ...['9007199254740991', '9007199254740993', '90071992.54740993', '0.000000001', '0.100000000000', '00012.50'],
  ...['BUY', 'SELL', 'BTCUSDT', '1795405201123', '0.53', '0.54', '84510.10'],
  ...[
    0,
    -1,
    1,
    1.5,
    1e300,
    1_795_405_201_123,
    null,
    true,
    false,
    [],
    {},
    [[]],
    [['1', '2']],
    [{ price: '0.5', size: '1' }],
  ],
);

type Path = readonly (string | number)[];

function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  const below = Object.keys(value).flatMap((key) =>
    pathsOf((value as Record<string, unknown>)[key], [...at, Array.isArray(value) ? Number(key) : key]),
  );
  return at.length === 0 ? below : [at, ...below];
}

type Change = { readonly where: number; readonly remove: boolean; readonly value: unknown };

function apply(message: unknown, { where, remove, value }: Change): unknown {
  const paths = pathsOf(message);
  const path = paths[where % Math.max(1, paths.length)];
  const last = path?.at(-1);
  if (path === undefined || last === undefined) return value;
  const copy = structuredClone(message);
  let parent = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) parent = parent[key] as Record<string | number, unknown>;
  if (remove && Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (remove) delete parent[last];
  else parent[last] = value;
  return copy;
}

/** Messages that are at most three changes away from `message`. */
export function mutationsOf(message: unknown): fc.Arbitrary<unknown> {
  const change = fc.record({
    where: fc.nat({ max: 10_000 }),
    remove: fc.boolean(),
    value: fc.oneof({ weight: 4, arbitrary: hostile }, { weight: 1, arbitrary: fc.jsonValue() }),
  });
  return fc.tuple(fc.array(change, { maxLength: 3 }), fc.boolean()).map(([changes, addField]) => {
    const mutated = changes.reduce<unknown>(apply, message);
    const isObject = typeof mutated === 'object' && mutated !== null && !Array.isArray(mutated);
    return addField && isObject ? { ...mutated, 'a field of next year': { nested: [1] } } : mutated;
  });
}
