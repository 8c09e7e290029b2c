/**
 * Facts on their way to the object: numbered and written down before they are sent, kept until the object has stored them. Numbers only
 * grow. Each start begins a new block of them: what a power cut took from the end of the file may have reached the object, so that its
 * numbers must not come again for something else.
 */
import * as z from 'zod';
import { linkFactSchema } from '../../core/protocol/link-schemas-facts.ts';
import { FACT_BLOCK, type LinkFact } from '../../core/protocol/runner-link.ts';
import type { DiskPort, LogPort } from '../ports.ts';
import type { LinkMemory } from './link-memory.ts';

/** The file is written anew when so many of its lines are done with. */
const COMPACT_AFTER = 1_000;

export interface LoggedFact {
  readonly seq: number;
  readonly fact: LinkFact;
}

export interface FactLog {
  /** Numbers a fact and writes it down. */
  append(fact: LinkFact): LoggedFact;
  /** A fact is on its way: only what was sent can be acknowledged. */
  sent(seq: number): void;
  /** The object has stored everything up to this number. */
  acknowledged(seq: number): void;
  /** Facts that it has not, oldest first. */
  pending(): readonly LoggedFact[];
}

const lineSchema = z.strictObject({ seq: z.int().positive(), fact: linkFactSchema });

/** Facts that no resume asks for: of orders that still count everything is told again, of these nothing. */
function isToldOnce(fact: LinkFact): boolean {
  switch (fact.type) {
    case 'complete-sets-changed':
    case 'complete-sets-failed':
    case 'window-redeemed':
      return true;
    case 'fill-settlement-changed':
      return fact.status === 'failed';
    default:
      return false;
  }
}

/** Throws one sentence when a line other than the last cannot be read: a fact that is lost may have been a fill. */
export function openFactLog(disk: DiskPort, memory: LinkMemory, log: LogPort, series: string): FactLog {
  const name = `link-${series}-facts.log`;
  let pending = readPending(disk, log, name);
  let doneLines = 0;
  let block = memory.nextFactBlock(blockOf(pending.at(-1)?.seq ?? 0));
  let inBlock = 0;
  let sentSeq = block * FACT_BLOCK;

  function rewrite(): void {
    disk.write(name, pending.map(lineOf).join(''));
    doneLines = 0;
  }

  function append(fact: LinkFact): LoggedFact {
    const logged = { seq: block * FACT_BLOCK + ++inBlock, fact };
    disk.append(name, JSON.stringify(logged));
    // A power cut may take the end of this file and leave that of the submission log, which says that the series was told.
    if (isToldOnce(fact)) disk.sync(name);
    pending.push(logged);
    return logged;
  }

  // A torn last line would run into the next one.
  if (disk.read(name) !== null) rewrite();

  return {
    append,
    sent(seq) {
      sentSeq = Math.max(sentSeq, seq);
    },
    acknowledged(seq) {
      const isPutBack = seq > sentSeq;
      // In a folder that is older than what the object knows of it, only this start's own facts can be new.
      const own = isPutBack ? pending.filter((logged) => blockOf(logged.seq) === block) : [];
      const before = pending.length;
      pending = pending.filter((logged) => logged.seq > seq && !own.includes(logged));
      doneLines += before - pending.length;
      if (isPutBack) {
        log.log('error', 'the state folder was put back: facts are numbered anew', { series, seq, sentSeq });
        block = memory.nextFactBlock(blockOf(seq));
        inBlock = 0;
        sentSeq = block * FACT_BLOCK;
        for (const { fact } of own) append(fact);
      }
      if (isPutBack || doneLines >= COMPACT_AFTER) rewrite();
    },
    pending: () => pending,
  };
}

function blockOf(seq: number): number {
  return Math.floor(seq / FACT_BLOCK);
}

function lineOf(logged: LoggedFact): string {
  return `${JSON.stringify(logged)}\n`;
}

function readPending(disk: DiskPort, log: LogPort, name: string): LoggedFact[] {
  const lines = (disk.read(name) ?? '').split('\n').filter((line) => line !== '');
  const facts: LoggedFact[] = [];
  for (const [index, line] of lines.entries()) {
    const parsed = readLine(line);
    if (parsed !== null) facts.push(parsed);
    else if (index === lines.length - 1) log.log('warn', 'the last line of a log was torn off', { file: name });
    else {
      throw new Error(
        `${name} in the runner's state folder is damaged at line ${index + 1}: compare the account with the venue, move the folder away and start with a new one.`,
      );
    }
  }
  return facts;
}

function readLine(line: string): LoggedFact | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const parsed = lineSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}
