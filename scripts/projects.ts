/** The folders that are type-checked, each with its own tsconfig: what may be used differs (core knows no platform at all). */
export const TYPESCRIPT_PROJECTS = [
  'core',
  'durable-objects',
  'workers',
  'db',
  'runner',
  'embedded-venue',
  'scripts',
  'bench',
  'test',
] as const;
