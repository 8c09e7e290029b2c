/** One number for a whole history of decisions: equal hashes mean that every record decided the same, in the same order. */
import { sha256 } from '@noble/hashes/sha2.js';
import { encodeUtf8 } from './utf8.ts';

export interface DecisionHash {
  /** Adds what one record decided. Records must come in the order of their seq. */
  update(seq: number, encodedOutputs: string): void;
  /** SHA-256 of everything so far, as 64 hex digits. Can be asked for at any time. */
  hex(): string;
}

/** A running SHA-256 over `(seq, outputs)` pairs, in plain arithmetic: the same in Node and in workerd. */
export function createDecisionHash(): DecisionHash {
  const hash = sha256.create();
  return {
    update(seq, encodedOutputs) {
      // The length makes the pairs unambiguous: no text can pretend to be the end of itself and the beginning of another.
      hash.update(encodeUtf8(`${seq}:${encodedOutputs.length}:${encodedOutputs}\n`));
    },
    hex() {
      return toHex(hash.clone().digest());
    },
  };
}

function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}
