/** How a series makes its configuration of a document: at its start of the deployment's own, later of one that comes through the API. */
import { composeConfig, type EnvironmentFields } from '../core/config/compose-config.ts';
import type { ConfigProblem } from '../core/config/config-problem.ts';
import type { DeploymentConfig, EngineConfig } from '../core/config/engine-config.ts';
import { readStrategyText } from '../core/config/strategy-document.ts';
import type { DurableState } from '../core/engine/state.ts';
import type { Result } from '../core/model/result.ts';

export interface ConfigComposition {
  /** The deployment's own document as JSON; empty where it says nothing. */
  readonly deployedDocument: string;
  /** The whole configuration with `document` (JSON), or everything that is wrong with it. */
  compose(document: string): Result<EngineConfig, readonly ConfigProblem[]>;
}

/** The composition of one deployment. */
export function createComposition(
  deployment: DeploymentConfig,
  environment: EnvironmentFields,
  deployedDocument: string,
): ConfigComposition {
  return {
    deployedDocument,
    compose(document) {
      const sections = readStrategyText(document);
      return sections.ok ? composeConfig(deployment, sections.value, environment) : sections;
    },
  };
}

/** What a boot runs with. */
export interface BootConfig {
  readonly config: EngineConfig;
  /** It is made of a document that was put through the API. */
  readonly keepsDocument: boolean;
  /** Why such a document no longer holds; `null` where it does, or there was none. */
  readonly dropped: string | null;
}

/**
 * What was put through the API holds over restarts, until the deployment comes with another document. One that this release refuses
 * gives way to the deployment's: nothing unchecked is run, and a person is told.
 */
export function configAtBoot(
  deployed: EngineConfig,
  composition: ConfigComposition | undefined,
  { applied }: Pick<DurableState, 'applied'>,
): BootConfig {
  if (applied === null || composition === undefined) return { config: deployed, keepsDocument: false, dropped: null };
  if (applied.deployedDocument !== composition.deployedDocument) {
    const detail = `The deployment comes with another configuration: what ${applied.actor} had put through the API no longer holds.`;
    return { config: deployed, keepsDocument: false, dropped: detail };
  }
  const composed = composition.compose(applied.document);
  if (composed.ok) return { config: composed.value, keepsDocument: true, dropped: null };
  const why = composed.error.map(({ field, message }) => `${field} ${message}`).join('; ');
  return {
    config: deployed,
    keepsDocument: false,
    dropped: `What ${applied.actor} had put through the API is refused by this release (${why}): the deployment's own configuration runs.`,
  };
}
