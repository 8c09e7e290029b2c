/** The page about the life of an order and of a match: prose of its own, tables from the code that runs. */
import { isEnded, ORDER_EVENTS, ORDER_STATUSES, orderRow } from '../core/execution/order-machine.ts';
import { isSettled, SETTLEMENT_STATUSES, settlementRow } from '../core/execution/settlement-machine.ts';
import type { OrderStatus } from '../core/model/order.ts';
import type { SettlementStatus } from '../core/model/report.ts';

/** Where the page stands. */
export const LIFECYCLE_PAGE = new URL('../docs/design/order-lifecycle.md', import.meta.url);

const INTRODUCTION = `# The life of an order

Printed by \`node scripts/print-lifecycle.ts\` from \`core/execution/order-machine.ts\` and \`core/execution/settlement-machine.ts\`; a test fails
when this page is stale. What is said of an order moves the first machine, what is said of the settlement of each of its matches the second.

- An order counts as exposure from the moment it is decided until it has ended: in flight, resting, on its way out and unknown alike.
- A match is booked once, by trade and order, whenever it is told: ahead of the acknowledgement, twice, after the cancel, after the window's final
  record. Side and price are our own order's. The positions are a function of what is booked and of its own time, so the order in which it is told
  changes nothing.
- An ended order is remembered until half an hour of further windows has passed. Its row is written anew when a late match changes it. A match of an order that is
  not remembered cannot be booked: it halts trading (\`unbooked-fill\`) until a person has compared the account with the venue.
- A pair without a row changes nothing and is raised as \`order-surprise\`.

## Orders of which nothing is known

\`submission-unknown\`: sent, and no answer. Within 1 s of the first sending and before its deadline the same bytes may be sent once more, if the strategy still
wants the quote and risk would approve the order at the present book. Otherwise it is cancelled, and the cancel is asked for again every 2 s until the order is
known. Nothing is ever signed anew. Absence is the runner's to prove (\`order-absent\`): order query, trades query and user channel, at least 30 s after
sending. An order that is in flight without any answer 5 s after its deadline, or not found out a minute after it, is told to a person (\`order-unanswered\`), and still counts.

## The order machine

**!** marks what is told to a person, because it contradicts what was said before.
`;

const SETTLEMENT = `
## The settlement machine

One for each match of each of our orders. REST's \`MATCHED_NOT_BROADCASTED\` is \`matched\`. Where two words are told out of order the venue's own
time decides; an end counts whenever it comes, also ahead of its match.

A match that fails is taken back to the millionth: position, cost, cash, fees and counters, in a resolved or closed window too, whose rows are written anew. Where its shares
were sold already the position is below zero: they are owed, a person is told, and only reducing orders go out (\`settlement-failed\`) until a person resumes. What the venue does with
an order whose match failed is not documented: a share order that still rests counts with what failed as open, the worst case; an order that was matched in full stays ended.

Simulated matches are final when they are made.
`;

/** The whole page. */
export function lifecyclePage(): string {
  return `${INTRODUCTION}${ORDER_STATUSES.map(orderSection).join('')}${SETTLEMENT}${SETTLEMENT_STATUSES.map(settlementSection).join('')}`;
}

function orderSection(from: OrderStatus): string {
  const rows = ORDER_EVENTS.map((event) => {
    const row = orderRow(from, event);
    if (row === null) return [event, '—', 'surprise'];
    return [event, mark(from, row.to, row.raise), row.why];
  });
  return section(from, isEnded(from), ['event', 'next', 'why'], rows);
}

function settlementSection(from: SettlementStatus): string {
  const rows = SETTLEMENT_STATUSES.map((word) => {
    const { to, raise, why } = settlementRow(from, word);
    return [word, mark(from, to, raise), why];
  });
  return section(from, isSettled(from), ['word', 'next', 'why'], rows);
}

/** What stays is plain, what changes is bold. */
function mark(from: string, to: string, raise: string | null): string {
  return `${from === to ? to : `**${to}**`}${raise === null ? '' : ' **!**'}`;
}

function section(name: string, ended: boolean, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const title = `\n### ${name}${ended ? ' (ended)' : ''}\n\n`;
  return `${title}${line(head)}${line(head.map(() => '---'))}${rows.map(line).join('')}`;
}
