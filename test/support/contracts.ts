/** Contracts for the local chain: the project's own, compiled on the spot, and ConditionalTokens as its package ships it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Abi, Hex } from 'viem';

export interface CompiledContract {
  readonly abi: Abi;
  readonly bytecode: Hex;
}

const FOLDER = join(import.meta.dirname, '../contracts');
const load = createRequire(import.meta.url);

interface SolcOutput {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly abi: Abi; readonly evm: { readonly bytecode: { readonly object: string } } }>>
    >
  >;
}

/** Compiles a file of `test/contracts`. Throws with the compiler's words. */
export function compileContracts(file: string): Readonly<Record<string, CompiledContract>> {
  const { compile } = load('solc') as { compile(input: string): string };
  const input = {
    language: 'Solidity',
    sources: { [file]: { content: readFileSync(join(FOLDER, file), 'utf8') } },
    settings: { optimizer: { enabled: true }, outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } } },
  };
  const output = JSON.parse(compile(JSON.stringify(input))) as SolcOutput;
  const failed = (output.errors ?? []).filter(({ severity }) => severity === 'error');
  if (failed.length > 0) throw new Error(failed.map(({ formattedMessage }) => formattedMessage).join('\n'));
  const found: Record<string, CompiledContract> = {};
  for (const [name, { abi, evm }] of Object.entries(output.contracts[file] ?? {})) {
    found[name] = { abi, bytecode: `0x${evm.bytecode.object}` };
  }
  return found;
}

/** Gnosis's ConditionalTokens, version 1.0.3: the very bytecode that holds the venue's outcome tokens. */
export function conditionalTokens(): CompiledContract {
  return load('@gnosis.pm/conditional-tokens-contracts/build/contracts/ConditionalTokens.json') as CompiledContract;
}
