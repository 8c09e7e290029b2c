/**
 * Polynomials by Horner's rule. Coefficients stand from the lowest power up; lengths are fixed so that engines inline and unroll.
 */
export type Coefficients3 = readonly [number, number, number];
export type Coefficients4 = readonly [number, number, number, number];
export type Coefficients5 = readonly [number, number, number, number, number];
export type Coefficients6 = readonly [number, number, number, number, number, number];
export type Coefficients7 = readonly [number, number, number, number, number, number, number];
export type Coefficients8 = readonly [number, number, number, number, number, number, number, number];
export type Coefficients9 = readonly [number, number, number, number, number, number, number, number, number];

export function horner3(z: number, c: Coefficients3): number {
  return c[0] + z * (c[1] + z * c[2]);
}

export function horner4(z: number, c: Coefficients4): number {
  return c[0] + z * (c[1] + z * (c[2] + z * c[3]));
}

export function horner5(z: number, c: Coefficients5): number {
  return c[0] + z * (c[1] + z * (c[2] + z * (c[3] + z * c[4])));
}

export function horner6(z: number, c: Coefficients6): number {
  return c[0] + z * (c[1] + z * (c[2] + z * (c[3] + z * (c[4] + z * c[5]))));
}

export function horner7(z: number, c: Coefficients7): number {
  return c[0] + z * (c[1] + z * (c[2] + z * (c[3] + z * (c[4] + z * (c[5] + z * c[6])))));
}

export function horner8(z: number, c: Coefficients8): number {
  return c[0] + z * (c[1] + z * (c[2] + z * (c[3] + z * (c[4] + z * (c[5] + z * (c[6] + z * c[7]))))));
}

export function horner9(z: number, c: Coefficients9): number {
  return c[0] + z * (c[1] + z * (c[2] + z * (c[3] + z * (c[4] + z * (c[5] + z * (c[6] + z * (c[7] + z * c[8])))))));
}
