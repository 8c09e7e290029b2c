/** `cli config check`, `show` and `apply`: is the configuration in order, what runs and by whose word, and a running series told anew. */
import { effectiveValues } from '../../core/config/effective-values.ts';
import { type OrderRoom, orderRooms } from '../../core/config/order-room.ts';
import { formatMicro } from '../../core/model/money.ts';
import { formatPriceTicks } from '../../core/model/price.ts';
import { configResultSchema } from '../../core/protocol/config-api.ts';
import { type AccessOptions, operatorAccess } from './api-access.ts';
import { CliProblem } from './cli-problem.ts';
import { type ConfigContext, type ConfigSources, readConfig } from './config-context.ts';
import { call, type OperatePorts } from './operate.ts';

export type Print = (line: string) => void;

/**
 * Prints what is wrong, one sentence a line, or that all is in order: for each series the smallest bankroll at which the limits permit one
 * order of the venue's minimum, and how many fit. False when something is wrong.
 */
export function checkConfig(sources: ConfigSources, json: boolean, print: Print): boolean {
  const read = readConfig(sources);
  if (!read.ok) {
    if (json) print(JSON.stringify({ ok: false, problems: read.error }));
    else for (const problem of read.error) print(problem);
    return false;
  }
  const { file, series } = read.value;
  const rooms = series.map(({ slug, config }) => ({
    series: slug,
    bankrollMicro: config.risk.bankrollMicro,
    smallestBankrollMicro: orderRooms(config.risk, config.guard)[0].smallestBankrollMicro,
    orders: orderRooms(config.risk, config.guard)[0].orders,
    rooms: orderRooms(config.risk, config.guard),
  }));
  if (json) {
    print(JSON.stringify({ ok: true, file: file?.path ?? null, series: rooms }));
    return true;
  }
  print(file === null ? 'No poly-edge.toml: everything has its default.' : `${file.path}: in order.`);
  for (const room of rooms) {
    print(`${room.series}: ${formatMicro(room.bankrollMicro)} pUSD`);
    for (const line of room.rooms) print(`  ${describeRoom(line)}`);
  }
  return true;
}

const LIMITS: Readonly<Record<OrderRoom['limit'], string>> = {
  order: 'one order',
  market: 'one window',
  total: 'all windows',
  day: 'the day',
};

function describeRoom(room: OrderRoom): string {
  const { priceTicks, kind, lossMicro, smallestBankrollMicro, orders, limit } = room;
  const what = `a smallest order at ${formatPriceTicks(priceTicks)} that ${kind === 'resting' ? 'rests' : 'takes'}`;
  const fits = orders === 0 ? 'none fits' : `${orders} fit${orders === 1 ? 's' : ''} at a time`;
  return `${what} can lose ${formatMicro(lossMicro)} pUSD: possible from a bankroll of ${formatMicro(smallestBankrollMicro)} pUSD on; here ${fits} (the limit of ${LIMITS[limit]})`;
}

/** Prints every field with its value and where it comes from. False when the configuration is not in order. */
export function showConfig(sources: ConfigSources, json: boolean, print: Print): boolean {
  const read = readConfig(sources);
  if (!read.ok) {
    for (const problem of read.error) print(problem);
    return false;
  }
  const { variables, file, series } = read.value;
  const shown = series.map(({ slug, config }) => ({
    series: slug,
    values: effectiveValues(config, file?.document ?? {}, read.value.fromEnvironment),
  }));
  if (json) {
    print(JSON.stringify({ file: file?.path ?? null, variables, series: shown }));
    return true;
  }
  for (const { name, value, from } of variables) print(`${`${name}=${value}`.padEnd(COLUMN)} ${from}`);
  for (const { series: slug, values } of shown) {
    print('');
    print(`# ${slug}`);
    for (const { field, value, from } of values) print(`${`${field} = ${value}`.padEnd(COLUMN)} ${from}`);
  }
  return true;
}

const COLUMN = 64;

export interface ApplyOptions extends AccessOptions {
  readonly series?: string | undefined;
  readonly json?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

/** Tells each running series the document, which it checks and journals. True once every one has taken it. Throws `CliProblem`. */
export async function applyConfig(
  sources: ConfigSources,
  options: ApplyOptions,
  ports: Pick<OperatePorts, 'fetch' | 'print' | 'report' | 'confirm' | 'commandId' | 'environment'>,
): Promise<boolean> {
  const read = readConfig(sources);
  if (!read.ok) throw new CliProblem(read.error.join('\n'));
  const access = operatorAccess(options, ports.environment);
  const slugs = slugsOf(read.value, options.series);
  if (options.yes !== true) {
    const answer = await ports.confirm(
      `Put ${read.value.file?.path ?? 'the defaults'} in force for ${slugs.join(', ')}?`,
    );
    if (answer === null) throw new CliProblem('Nobody is there to confirm: say --yes to apply without being asked.');
    if (!answer) {
      ports.report('Nothing was done.');
      return false;
    }
  }
  const results = [];
  for (const slug of slugs) {
    const body = JSON.stringify({ commandId: ports.commandId(), document: read.value.file?.document ?? {} });
    const path = `/series/${encodeURIComponent(slug)}/config`;
    const result = await call(access, path, { method: 'PUT', body }, configResultSchema, ports);
    results.push({ series: slug, ...result });
    if (options.json === true) continue;
    ports.print(`${slug}: ${result.result}${result.detail === '' ? '' : `: ${result.detail}`}`);
    for (const { field, message } of result.problems) ports.print(`  ${field} ${message}.`);
    for (const change of result.changes) ports.print(`  ${change}`);
    if (result.result === 'applied' && result.changes.length === 0) ports.print('  nothing was different');
  }
  if (options.json === true) ports.print(JSON.stringify({ series: results }));
  return results.every(({ result }) => result !== 'refused');
}

function slugsOf({ series }: ConfigContext, only: string | undefined): readonly string[] {
  const slugs = series.map(({ slug }) => slug);
  if (only === undefined) return slugs;
  if (!slugs.some((slug) => slug === only)) throw new CliProblem(`${only} is not among SERIES.`);
  return [only];
}

/** The document as one line of JSON: what a deployment gets as `STRATEGY_CONFIG`. Throws `CliProblem`. */
export function configJson(sources: ConfigSources): string {
  const read = readConfig(sources);
  if (!read.ok) throw new CliProblem(read.error.join('\n'));
  return JSON.stringify(read.value.file?.document ?? {});
}
