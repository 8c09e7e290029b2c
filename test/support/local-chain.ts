/** The venue's money on a local chain: real ConditionalTokens, the project's own stand-ins around them, and markets that can be resolved. */
import {
  type Account,
  createPublicClient,
  createWalletClient,
  encodeFunctionData,
  type Hex,
  http,
  keccak256,
  type PublicClient,
  toHex,
  zeroHash,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { polygon } from 'viem/chains';
import type { ConditionId, TokenId } from '../../core/model/identifiers.ts';
import { type ChainContracts, POLYGON } from '../../runner/chain/contracts.ts';
import { type Anvil, startAnvil } from './anvil.ts';
import { type CompiledContract, compileContracts, conditionalTokens } from './contracts.ts';

/** anvil's first two accounts: known to everybody, worth nothing. */
export const OWNER_KEY: Hex = '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d';
const ADMIN_KEY: Hex = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';

export interface LocalMarket {
  readonly conditionId: ConditionId;
  readonly tokens: readonly [up: TokenId, down: TokenId];
}

export interface LocalChain {
  readonly anvil: Anvil;
  readonly client: PublicClient;
  readonly contracts: ChainContracts;
  readonly owner: Hex;
  /** USDC.e and pUSD out of nothing; the pUSD is backed. */
  fund(address: Hex, money: { readonly usdce?: bigint; readonly pusd?: bigint }): Promise<void>;
  createMarket(name: string): Promise<LocalMarket>;
  resolve(market: LocalMarket, winner: 'up' | 'down'): Promise<void>;
  /** A contract of `Wallets.sol`. */
  deployWallet(name: string, args: readonly unknown[]): Promise<Hex>;
  /** Calls a contract as the administrator, who is nobody's owner. */
  send(to: Hex, contract: CompiledContract, functionName: string, args: readonly unknown[]): Promise<Hex>;
  readonly wallets: Readonly<Record<string, CompiledContract>>;
  stop(): Promise<void>;
}

/** Starts a chain and puts everything on it. */
export async function startLocalChain(): Promise<LocalChain> {
  const anvil = await startAnvil();
  const admin = privateKeyToAccount(ADMIN_KEY);
  const owner = privateKeyToAccount(OWNER_KEY).address;
  const transport = http(anvil.url);
  const client = createPublicClient({ chain: polygon, transport, pollingInterval: 20 }) as PublicClient;
  const wallet = createWalletClient({ account: admin as Account, chain: polygon, transport });
  const money = compileContracts('Money.sol');
  const wallets = compileContracts('Wallets.sol');

  async function mined(hash: Hex): Promise<Hex> {
    const receipt = await client.waitForTransactionReceipt({ hash });
    if (receipt.status !== 'success') throw new Error(`the transaction ${hash} failed`);
    return receipt.contractAddress ?? hash;
  }
  async function deploy(contract: CompiledContract | undefined, args: readonly unknown[]): Promise<Hex> {
    if (contract === undefined) throw new Error('no such contract');
    return mined(await wallet.deployContract({ abi: contract.abi, bytecode: contract.bytecode, args: [...args] }));
  }
  async function send(
    to: Hex,
    contract: CompiledContract,
    functionName: string,
    args: readonly unknown[],
  ): Promise<Hex> {
    const data = encodeFunctionData({ abi: contract.abi, functionName, args: [...args] });
    return mined(await wallet.sendTransaction({ to, data }));
  }

  const { Token: token, Vault: vaultCode } = money;
  if (token === undefined || vaultCode === undefined) throw new Error('Money.sol has a Token and a Vault');
  const ctf = conditionalTokens();
  const usdce = await deploy(token, ['USDC.e']);
  const pusd = await deploy(token, ['pUSD']);
  const vault = await deploy(vaultCode, [usdce]);
  const tokens = await deploy(ctf, []);
  const onramp = await deploy(money['Onramp'], [pusd, vault]);
  const offramp = await deploy(money['Offramp'], [pusd, vault]);
  const adapter = await deploy(money['CollateralAdapter'], [pusd, vault, tokens]);
  const multisend = await deploy(wallets['MultiSend'], []);
  for (const minter of [onramp, adapter]) await send(pusd, token, 'setMinter', [minter]);
  for (const user of [offramp, adapter]) await send(vault, vaultCode, 'setUser', [user]);
  const contracts: ChainContracts = {
    ...POLYGON,
    pusd,
    usdce,
    conditionalTokens: tokens,
    collateralAdapter: adapter,
    onramp,
    offramp,
    safeMultisend: multisend,
  };

  return {
    anvil,
    client,
    contracts,
    owner,
    wallets,
    send,
    deployWallet: (name, args) => deploy(wallets[name], args),
    async fund(address, { usdce: usdceAmount = 0n, pusd: pusdAmount = 0n }) {
      await send(usdce, token, 'mint', [address, usdceAmount]);
      await send(usdce, token, 'mint', [vault, pusdAmount]);
      await send(pusd, token, 'mint', [address, pusdAmount]);
    },
    async createMarket(name) {
      const question = keccak256(toHex(name));
      await send(tokens, ctf, 'prepareCondition', [admin.address, question, 2n]);
      const read = (functionName: string, args: readonly unknown[]) =>
        client.readContract({ address: tokens, abi: ctf.abi, functionName, args: [...args] });
      const conditionId = (await read('getConditionId', [admin.address, question, 2n])) as Hex;
      const tokenIds: string[] = [];
      for (const indexSet of [1n, 2n]) {
        const collection = await read('getCollectionId', [zeroHash, conditionId, indexSet]);
        tokenIds.push(String(await read('getPositionId', [usdce, collection])));
      }
      questions.set(conditionId, question);
      const [up = '', down = ''] = tokenIds;
      return { conditionId: conditionId as ConditionId, tokens: [up as TokenId, down as TokenId] };
    },
    async resolve({ conditionId }, winner) {
      const payouts = winner === 'up' ? [1n, 0n] : [0n, 1n];
      await send(tokens, ctf, 'reportPayouts', [questions.get(conditionId), payouts]);
    },
    stop: () => anvil.stop(),
  };
}

/** The question of each condition, which its resolution names. */
const questions = new Map<string, Hex>();
