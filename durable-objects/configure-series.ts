/** A person's new configuration: composed and checked whole, journalled, and in force with the next decision. */
import { configChanges } from '../core/config/config-changes.ts';
import type { EngineConfig } from '../core/config/engine-config.ts';
import type { EngineEvent } from '../core/engine/events.ts';
import type { DurableState } from '../core/engine/state.ts';
import type { UnixMs } from '../core/model/time.ts';
import type { ConfigRequest, ConfigResult, SeriesConfig } from '../core/protocol/config-api.ts';
import type { ConfigComposition } from './config-composition.ts';

export interface ConfigureDeps {
  readonly composition: ConfigComposition | undefined;
  durable(): DurableState;
  now(): UnixMs;
  /** Why nothing is taken any more, or `null`. */
  failure(): string | null;
  ingest(events: readonly EngineEvent[]): void;
}

/** Applies a document, or says what is wrong with it. Nothing changes unless all of it is right. */
export function configureSeries(request: ConfigRequest, deps: ConfigureDeps): ConfigResult {
  const { commandId, actor, document } = request;
  const { composition } = deps;
  const before = deps.durable().config;
  const answer = { commandId, detail: '', problems: [], changes: [] } as const;
  const known = seqOf(deps.durable(), commandId);
  if (known !== null) return { ...answer, result: 'duplicate', seq: known };
  const broken = deps.failure() ?? (composition === undefined ? 'The configuration of this series is fixed.' : null);
  if (broken !== null || composition === undefined) {
    return { ...answer, result: 'refused', seq: null, detail: broken ?? '' };
  }
  const composed = composition.compose(document);
  if (!composed.ok) {
    const detail = 'Nothing was changed: the document is refused as a whole.';
    return { ...answer, result: 'refused', seq: null, detail, problems: composed.error };
  }
  const config: EngineConfig = composed.value;
  const change = { commandId, actor, document, deployedDocument: composition.deployedDocument };
  deps.ingest([{ type: 'config-applied', seq: 0, tsEvent: deps.now(), tsInit: 0, config, change }]);
  const seq = seqOf(deps.durable(), commandId);
  if (seq === null) {
    const detail = deps.failure() ?? 'The engine failed on the change and halted trading.';
    return { ...answer, result: 'refused', seq: null, detail };
  }
  return { ...answer, result: 'applied', seq, changes: configChanges(before, config) };
}

function seqOf({ commands }: DurableState, commandId: string): number | null {
  return commands.find((obeyed) => obeyed.commandId === commandId)?.seq ?? null;
}

/** What runs, and by whose word. */
export function describeConfig(durable: DurableState, composition: ConfigComposition | undefined): SeriesConfig {
  const { applied, config } = durable;
  return {
    series: config.series.slug,
    by: applied?.actor ?? 'deployment',
    sinceMs: applied?.appliedMs ?? null,
    document: applied?.document ?? composition?.deployedDocument ?? '',
    config: JSON.stringify(config),
  };
}
