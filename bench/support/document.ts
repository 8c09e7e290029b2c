/** docs/benchmarks.md: the last run's own output, with what a reader has to know of each figure. */

/** The whole document. */
export function renderDocument(machine: string, table: string, notes: readonly string[]): string {
  return `# Benchmarks

\`make bench\` measures these figures again and prints the table (some twenty minutes); \`node bench/main.ts --full --start --write\`
measures all of them and writes this file. Nothing here is a timed test: a busy machine makes other numbers, which is why each figure
has a peer that was measured in the same run.

${machine}

${table}

${notes.map((note) => `${note}\n`).join('')}
## How they are measured

- **Step and replay** are medians of several rounds in one Node process for each history, on one core, the peer taking turns with what
  it is compared with. Both histories are rows that the object's own shell wrote (conflation, pipeline, simulated venue, journal), on virtual time.
  Before any time is taken the audit replays each history and compares every decision; the hash stands in the table.
- **Recorded** means: 345 s of Binance USDⓈ-M frames of 2024-08-08 (book changes, book ticker, trades), repeated beneath half an hour of
  Polymarket books of 2026-04-16, with Chainlink ticks of 2026-07-24. The windows are listed and subscribed with today's rules, so that
  the market maker trades them. One token's book was recorded of each window, the other is its mirror image.
- **Generated** means the embedded world, as \`make run\` shows it; it has fewer trades and more book changes, so a larger part of its
  events decides something.
- **24 h** is extrapolated from the median rate; \`--full\` decodes and steps over 15 million records in fact, by replaying the generated
  history from its first boot until they are reached. What a state that is a day old would add is not in it.
- **Latency** is taken outside the object, where time does not stand still: the venue stamps each frame when it gives it to the socket,
  a client in the runner's place on \`/link/{series}\` notes when the intent arrives; venue, workerd and client are three processes on one
  machine. Stamps are whole milliseconds, cut: half a millisecond of each latency is rounding. Counted are intents whose cause passes
  conflation at once (trades, moves of a touch); a decision that had to wait for its turn (20 a second) counts from the event that
  then took it. The books move by four cents twice a second, the rest up to 300 messages a second is the exchange's depth, ticker and
  trades, reference prices, and changes of deep levels.
- **State in memory, state on disk**: what leaves the object waits until its row is stored. On a disk that is the time of a sync, which
  says more of the disk than of the program, so the figure with the target is taken on tmpfs, and the other stands beside it.
- **Order to signed body** is the median of single calls, our own and the official client's taking turns; checks, integer amounts, hashes,
  signature and the JSON text are in ours, the client's ends before the text and asks nobody for the market.
- **Intent to POST** is taken in the runner's process, which is \`make run\`'s with taps around its ports: from the link's whole frame, as the
  socket gives it to the runner's code, to the turn in which undici writes head and body of the request (its diagnostics channel
  \`undici:client:sendHeaders\`). Decoding, checks, signature, submission log, log-in headers and undici's own turn are in it. Orders come
  every 40 ms from a stand-in for the object; the venue is the embedded one, in another process. The first 200 are not counted.
- **Venue's send to the request leaving** is an upper bound of "decision to POST", since time stands still in the object while it decides:
  the frame's way to the object, its commit and the link are in it. The causes are those of **latency** above. Simulated time runs four
  times as fast, so that there are four times as many decisions; messages and times are of real seconds.
- **Memory of the runner** is the resident size of its process, which runs from one file with \`make run\`'s bounds on Node's heap, while its
  clocks and timers run eight times as fast. Nothing of these orders is forgotten yet: a runner remembers them for an hour.
- **CPU** is utime and stime of the workerd process; **heap** is \`Runtime.getHeapUsage\` after a collection, of the one isolate that
  holds the Worker and all its objects. SQLite's and the sockets' own memory is not in it.
- **Rows** are the object's own counters (\`rows\` in \`GET /api/v1/series/{slug}/status\`). The budget is one of a day: the figures with a
  target are of three whole windows, the one from workerd is of the middle of one.
- **Three series** are three lengths of window on one asset: the embedded venue has no other asset, and so each of them gets its full
  load.
`;
}
