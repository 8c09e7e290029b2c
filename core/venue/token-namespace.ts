/**
 * Which protocol a token id belongs to. Ids of the new protocol have 64 zero bits above bit 40, and are traded on another
 * exchange contract; ids of the ConditionalTokens contract are hashes. Source: official unified SDK, notes of 2026-11-23 §1.1.
 */
import type { TokenId } from '../model/identifiers.ts';

const NEW_PROTOCOL_ZERO_BITS = 0xffff_ffff_ffff_ffffn << 40n;

/** True for a ConditionalTokens position, the only kind that this project trades; false for one of the new protocol. */
export function isLegacyPositionToken(tokenId: TokenId): boolean {
  return (BigInt(tokenId) & NEW_PROTOCOL_ZERO_BITS) !== 0n;
}
