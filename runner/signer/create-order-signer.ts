/**
 * The order signer of one wallet: checks, integer amounts, hashes from precomputed separators, signature, body. Synchronous, and
 * nothing is asked of anybody.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { orderAmounts } from '../../core/execution/amounts.ts';
import { createDepositWalletWrapping } from '../../core/execution/deposit-wallet-signature.ts';
import { bytes32Word, isBytes32, uint256Word } from '../../core/execution/eip712.ts';
import { createOrderHasher, ORDER_TYPE, type SignableOrder, ZERO_BYTES32 } from '../../core/execution/eip712-order.ts';
import { exchangeContract } from '../../core/execution/exchange-contracts.ts';
import { isAddress, isSameAddress } from '../../core/model/address.ts';
import { assertNever } from '../../core/model/errors.ts';
import { isTokenId, type TokenId, type VenueOrderId } from '../../core/model/identifiers.ts';
import type { OrderAmount, Side, TimeInForce } from '../../core/model/order.ts';
import { err, ok, type Result } from '../../core/model/result.ts';
import { isLegacyPositionToken } from '../../core/venue/token-namespace.ts';
import type { DigestSigner } from './digest-signer.ts';
import { orderBody } from './order-body.ts';
import type { OrderRequest, OrderSigner, SigningDenied, SigningDeniedCode, TradingWallet } from './order-signer.ts';

/** The venue wants a GTD order to live at least this long (venue notes of 2026-11-23, polymarket §2: a minute's threshold). */
const SHORTEST_GTD_MS = 60_000;

/**
 * A signer for `wallet`, whose orders belong to the API key `owner`. Refused (`wallet-mismatch`, `unsupported-chain`): a key of another
 * address, a funder that does not fit the wallet's type, a chain without exchanges.
 */
export function createOrderSigner(
  key: DigestSigner,
  wallet: TradingWallet,
  owner: string,
): Result<OrderSigner, SigningDenied> {
  const mismatch = walletDenied(key.address, wallet);
  if (mismatch !== null) return err(mismatch);
  const standard = exchangeContract(wallet.chainId, false);
  const negRisk = exchangeContract(wallet.chainId, true);
  if (standard === null || negRisk === null) {
    return denied('unsupported-chain', `There is no exchange on chain ${wallet.chainId}: use 137 or 80002.`);
  }
  const exchanges = { standard: separatorOf(standard), negRisk: separatorOf(negRisk) };
  const hasher = createOrderHasher(key.keccak);
  const wrapping = createDepositWalletWrapping('Order', ORDER_TYPE, key.keccak);
  const checkToken = createTokenCheck();
  const ownerJson = JSON.stringify(owner);
  const maker = wallet.funderAddress;
  // The exchange asks a deposit wallet whether it agrees: there the wallet is the signer, too.
  const signer = wallet.signatureType === 3 ? wallet.funderAddress : wallet.signerAddress;

  const signRequest: OrderSigner['signRequest'] = (request, market) => {
    const problem = requestDenied(request, checkToken);
    if (problem !== null) return err(problem);
    const amounts = orderAmounts({
      kind: isTaking(request.timeInForce) ? 'market' : 'limit',
      side: request.side,
      tickSizeTicks: market.tickSizeTicks,
      priceTicks: request.priceTicks,
      sizeMicro: request.amount.unit === 'pusd' ? request.amount.spendMicro : request.amount.sizeMicro,
    });
    if (!amounts.ok) return amounts;
    const order: SignableOrder = {
      salt: request.salt,
      maker,
      signer,
      tokenId: request.tokenId,
      makerMicro: amounts.value.makerMicro,
      takerMicro: amounts.value.takerMicro,
      side: request.side,
      signatureType: wallet.signatureType,
      timestampMs: request.timestampMs,
      metadata: request.metadata ?? ZERO_BYTES32,
      builder: request.builderCode ?? ZERO_BYTES32,
    };
    const separator = market.negRisk ? exchanges.negRisk : exchanges.standard;
    const structHash = hasher.structHash(order);
    const orderHash = hasher.orderHash(separator.bytes, structHash);
    const signature =
      wallet.signatureType === 3
        ? wrapping.wrap(
            key.signDigest(wrapping.digest(separator.bytes, structHash, wallet.chainId, maker)),
            separator.hex,
            bytesToHex(structHash),
          )
        : key.signDigest(orderHash);
    const { timeInForce, postOnly, expirationS } = request;
    return ok({
      orderHash: `0x${bytesToHex(orderHash)}` as VenueOrderId,
      body: orderBody(order, { timeInForce, postOnly, expirationS, signature: `0x${signature}` }, ownerJson),
    });
  };

  return ok({
    wallet,
    implementation: key.implementation,
    signRequest,
    sign(order, market, expirationS = 0) {
      if (order.timeInForce === 'GTD' && expirationS > 0 && expirationS * 1_000 < order.createdMs + SHORTEST_GTD_MS) {
        return denied('expiration-too-soon', 'A GTD order must expire at least 60 s after it is made.');
      }
      const { tokenId, side, timeInForce, priceTicks, amount, postOnly, salt, createdMs: timestampMs } = order;
      return signRequest(
        {
          tokenId,
          side,
          timeInForce,
          priceTicks,
          amount,
          postOnly,
          salt,
          timestampMs,
          expirationS,
          metadata: null,
          builderCode: null,
        },
        market,
      );
    },
  });
}

interface Separator {
  readonly bytes: Uint8Array;
  /** Without 0x. */
  readonly hex: string;
}

function separatorOf({ domainSeparator }: { readonly domainSeparator: string }): Separator {
  return { bytes: bytes32Word(domainSeparator), hex: domainSeparator.slice(2) };
}

function walletDenied(keyAddress: string, wallet: TradingWallet): SigningDenied | null {
  const { signatureType, signerAddress, funderAddress } = wallet;
  const mismatch = (detail: string): SigningDenied => ({ code: 'wallet-mismatch', detail });
  if (!isAddress(signerAddress)) return mismatch('The signer is no address: 0x and 40 hex digits.');
  if (!isSameAddress(signerAddress, keyAddress)) {
    return mismatch(`The private key belongs to ${keyAddress}, not to ${signerAddress}.`);
  }
  if (!isAddress(funderAddress)) return mismatch('The funder is no address: 0x and 40 hex digits.');
  const isOwn = isSameAddress(funderAddress, keyAddress);
  if (signatureType === 0) {
    return isOwn ? null : mismatch(`An EOA (type 0) trades with its own money: the funder has to be ${keyAddress}.`);
  }
  return isOwn ? mismatch(`A wallet of type ${signatureType} is a contract: name its address as the funder.`) : null;
}

function requestDenied(request: OrderRequest, checkToken: TokenCheck): SigningDenied | null {
  const { side, timeInForce, amount, postOnly, expirationS, metadata, builderCode } = request;
  const problem = (code: SigningDeniedCode, detail: string): SigningDenied => ({ code, detail });
  const token = checkToken(request.tokenId);
  if (token !== null) return token;
  if (!isCount(request.salt)) return problem('invalid-salt', 'The salt is no whole number from 0 to 2^53 − 1.');
  if (!isCount(request.timestampMs)) return problem('invalid-timestamp', 'The timestamp is no whole millisecond.');
  if (!(metadata === null || isBytes32(metadata))) {
    return problem('invalid-bytes32', 'The metadata is not 0x and 64 hex digits.');
  }
  if (!(builderCode === null || isBytes32(builderCode))) {
    return problem('invalid-bytes32', 'The builder code is not 0x and 64 hex digits.');
  }
  if (amount.unit !== unitOf(side, timeInForce)) {
    return problem('wrong-unit', `A ${side} with ${timeInForce} is stated in ${unitOf(side, timeInForce)}.`);
  }
  if (postOnly && isTaking(timeInForce)) {
    return problem('post-only-taker', `Post-only is for GTC and GTD: with ${timeInForce} the order could never trade.`);
  }
  if (timeInForce !== 'GTD') {
    if (expirationS === 0) return null;
    return problem('expiration-unexpected', `Only GTD expires: with ${timeInForce} the expiration has to be 0.`);
  }
  if (isCount(expirationS) && expirationS > 0) return null;
  return problem('expiration-missing', 'GTD needs an expiration in Unix seconds.');
}

type TokenCheck = (tokenId: TokenId) => SigningDenied | null;

/** Tokens of some hundred windows. */
const KNOWN_TOKENS = 512;

/** Remembers the tokens that it has found good: a window has two, and has many orders in each. */
function createTokenCheck(): TokenCheck {
  const good = new Set<TokenId>();
  return (tokenId) => {
    if (good.has(tokenId)) return null;
    const denied = tokenDenied(tokenId);
    if (denied !== null) return denied;
    if (good.size >= KNOWN_TOKENS) good.clear();
    good.add(tokenId);
    return null;
  };
}

function tokenDenied(tokenId: TokenId): SigningDenied | null {
  if (!isTokenId(tokenId) || uint256Word(tokenId) === null) {
    return { code: 'invalid-token', detail: 'The token id is no decimal number of at most 256 bits.' };
  }
  if (isLegacyPositionToken(tokenId)) return null;
  return {
    code: 'new-protocol-token',
    detail: 'The token belongs to the new protocol (exchange V3), which is not traded here: nothing was signed.',
  };
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** What an order's amount is stated in: a market BUY is bounded by cash, everything else by shares (DESIGN §3.5). */
function unitOf(side: Side, timeInForce: TimeInForce): OrderAmount['unit'] {
  return side === 'buy' && isTaking(timeInForce) ? 'pusd' : 'shares';
}

/** FOK and FAK take what stands in the book, or nothing: the venue's market orders. */
export function isTaking(timeInForce: TimeInForce): boolean {
  switch (timeInForce) {
    case 'FOK':
    case 'FAK':
      return true;
    case 'GTC':
    case 'GTD':
      return false;
    default:
      return assertNever(timeInForce, 'time in force');
  }
}

function denied(code: SigningDeniedCode, detail: string): Result<never, SigningDenied> {
  return err({ code, detail });
}
