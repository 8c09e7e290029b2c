/** Fields that the sections of the configuration are made of: whole numbers, whose unit is the end of their name. */
import * as z from 'zod';

/** Millionths of a pUSD, or of a share. */
export const micro = z.number().int().nonnegative();
/** Of 0.0001 pUSD. */
export const ticks = z.number().int().min(0).max(10_000);
export const ms = z.number().int().nonnegative();
/** Parts per million: 10,000 is 1 %. */
export const ppm = z.number().int().min(0).max(1_000_000);
