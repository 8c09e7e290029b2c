/**
 * The sections of strategy and risk, each a schema with its defaults: what a person sets in `poly-edge.toml`. A new section is one line
 * here; file, command line, API, checkpoint and example follow from it.
 */
import type * as z from 'zod';
import { DEFAULT_DIRECTIONAL_CONFIG, directionalConfigSchema } from './directional-config.ts';
import { DEFAULT_FLATTEN_CONFIG, flattenConfigSchema } from './flatten-config.ts';
import { DEFAULT_GUARD_CONFIG, guardConfigSchema } from './guard-config.ts';
import { DEFAULT_MARKET_MAKER, marketMakerConfigSchema } from './market-maker-config.ts';
import { DEFAULT_PRICING, pricingConfigSchema } from './pricing-config.ts';
import { DEFAULT_RISK_CONFIG, riskConfigSchema } from './risk-config.ts';
import { DEFAULT_ROUTER_CONFIG, routerConfigSchema } from './router-config.ts';
import { DEFAULT_STALENESS_CONFIG, stalenessConfigSchema } from './staleness-config.ts';

interface Section<Schema extends z.ZodObject> {
  readonly schema: Schema;
  readonly defaults: z.infer<Schema>;
}

function section<Schema extends z.ZodObject>(schema: Schema, defaults: z.infer<Schema>): Section<Schema> {
  return { schema, defaults };
}

export const SECTIONS = {
  directional: section(directionalConfigSchema, DEFAULT_DIRECTIONAL_CONFIG),
  marketMaker: section(marketMakerConfigSchema, DEFAULT_MARKET_MAKER),
  router: section(routerConfigSchema, DEFAULT_ROUTER_CONFIG),
  pricing: section(pricingConfigSchema, DEFAULT_PRICING),
  risk: section(riskConfigSchema, DEFAULT_RISK_CONFIG),
  staleness: section(stalenessConfigSchema, DEFAULT_STALENESS_CONFIG),
  guard: section(guardConfigSchema, DEFAULT_GUARD_CONFIG),
  flatten: section(flattenConfigSchema, DEFAULT_FLATTEN_CONFIG),
};

export type SectionName = keyof typeof SECTIONS;
export type SectionsConfig = { [Name in SectionName]: (typeof SECTIONS)[Name]['defaults'] };
type SectionShapes = { [Name in SectionName]: (typeof SECTIONS)[Name]['schema'] };

export const SECTION_NAMES = Object.keys(SECTIONS) as readonly SectionName[];

/** The schemas by name, as parts of a larger one. */
export const SECTION_SHAPES = mapSections(({ schema }) => schema) as unknown as SectionShapes;

/** Every section as it is without a word of anybody. */
export const DEFAULT_SECTIONS = mapSections(({ defaults }) => defaults) as unknown as SectionsConfig;

function mapSections<To>(change: (section: Section<z.ZodObject>) => To): Record<string, To> {
  return Object.fromEntries(
    Object.entries(SECTIONS).map(([name, one]) => [name, change(one as unknown as Section<z.ZodObject>)]),
  );
}
