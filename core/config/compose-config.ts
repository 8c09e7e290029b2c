/** The configuration of one series: what its deployment says, and the document of strategy and risk, checked together. */
import type { MoneyMicro } from '../model/money.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { DurationMs } from '../model/time.ts';
import { configProblems } from './config-checks.ts';
import type { ConfigProblem } from './config-problem.ts';
import type { DeploymentConfig, EngineConfig } from './engine-config.ts';
import type { SectionsConfig } from './sections.ts';

/** What variables say of single fields of sections; `null`: nothing, and the document's word or the default stands. */
export interface EnvironmentFields {
  /** The series' part of the bankroll. */
  readonly bankrollMicro: MoneyMicro;
  readonly acknowledgedTakerDelayMs: DurationMs | null;
  readonly marketMakerEnabled: boolean | null;
}

/** The whole configuration, or everything that is wrong with it. */
export function composeConfig(
  deployment: DeploymentConfig,
  sections: SectionsConfig,
  environment: EnvironmentFields,
): Result<EngineConfig, readonly ConfigProblem[]> {
  const { bankrollMicro, acknowledgedTakerDelayMs, marketMakerEnabled } = environment;
  const { marketMaker, risk, guard } = sections;
  const config: EngineConfig = {
    ...deployment,
    ...sections,
    marketMaker: { ...marketMaker, enabled: marketMakerEnabled ?? marketMaker.enabled },
    risk: { ...risk, bankrollMicro },
    guard: { ...guard, acknowledgedTakerDelayMs },
  };
  const problems = configProblems(config);
  return problems.length > 0 ? err(problems) : ok(config);
}
