import { describe, expect, test } from 'vitest';
import { DEFAULT_ENGINE_CONFIG } from '../../../core/config/defaults.ts';
import type { EngineEvent } from '../../../core/engine/events.ts';
import { InvariantError } from '../../../core/model/errors.ts';
import type { ExecutionReport } from '../../../core/model/report.ts';
import {
  acknowledgeReport,
  createExchange,
  dumpExchange,
  exchangeAdvance,
  exchangeApplyEvent,
  exchangeApplyOutput,
  nextDueMs,
  restoreExchange,
  takeReports,
} from '../../../core/simulation/exchange.ts';
import { at, CONFIG, cancel, inShort, MARKET, order, START_MS, submit, venueWorld } from '../../support/venue-world.ts';

const shares = (count: number) => ({ unit: 'shares', sizeMicro: count * 1_000_000 }) as const;
const pusd = (count: number) => ({ unit: 'pusd', spendMicro: count * 1_000_000 }) as const;

describe('createExchange', () => {
  test.each([
    ['a negative latency', { orderLatencyMs: -1 }],
    ['a broken latency', { reportLatencyMs: 0.5 }],
    ['a taker delay that is not a number', { defaultTakerDelayMs: Number.NaN }],
  ])('error: %s', (_name, changed) => {
    expect(() => createExchange({ ...CONFIG, ...changed })).toThrow(InvariantError);
  });
});

describe('exchangeAdvance', () => {
  test('default: an order arrives after its latency and its report after the way back', () => {
    const world = venueWorld({ reportLatencyMs: 30 });
    world.feed(submit(order('a')));
    expect(world.reportsUntil(79)).toEqual([]);
    expect(world.reportsUntil(80)).toEqual(['80 a accepted sim-a']);
  });

  test('behavior: what is overdue happens at its own time, in order', () => {
    const world = venueWorld();
    world.feed(submit(order('a')), cancel('nobody'), submit(order('b')));
    expect(world.reportsUntil(10_000)).toEqual([
      '40 nobody cancel-rejected not an open order',
      '50 a accepted sim-a',
      '50 b accepted sim-b',
    ]);
  });

  test('behavior: time never goes back', () => {
    const world = venueWorld();
    exchangeAdvance(world.exchange, START_MS + 500);
    exchangeAdvance(world.exchange, START_MS + 100);
    world.feed(submit(order('a')));
    expect(world.reportsUntil(1_000)).toEqual(['550 a accepted sim-a']);
  });
});

describe('exchangeApplyOutput', () => {
  test('behavior: an order whose time is over does not leave', () => {
    const world = venueWorld();
    exchangeAdvance(world.exchange, START_MS + 2_000);
    world.feed(submit(order('a', { notAfterMs: START_MS + 1_999 })));
    expect(world.reportsUntil(5_000)).toEqual(['2000 a expired-unsent']);
  });

  test('behavior: cancelling everything takes every order that rests', () => {
    const world = venueWorld();
    world.feed(submit(order('a')), submit(order('b')));
    expect(world.reportsUntil(100)).toHaveLength(2);
    world.feed({ type: 'cancel-all-orders', reason: 'kill' });
    expect(world.reportsUntil(1_000)).toEqual(['140 a canceled requested', '140 b canceled requested']);
  });

  test('behavior: other outputs are not for the venue', () => {
    const world = venueWorld();
    world.feed({ type: 'raise-alert', code: 'x', severity: 'info', detail: '' });
    expect(nextDueMs(world.exchange)).toBeNull();
  });

  test('error: an order that is sent twice', () => {
    const world = venueWorld();
    world.feed(submit(order('a')));
    expect(() => world.feed(submit(order('a')))).toThrow(InvariantError);
  });

  describe('checks on arrival', () => {
    test.each([
      ['off the grid', { priceTicks: 5050 }, 'off-tick'],
      ['below the first tick', { priceTicks: 0 }, 'off-tick'],
      ['above the last tick', { priceTicks: 10_000 }, 'off-tick'],
      ['a price that is not whole', { priceTicks: 4999.5 }, 'off-tick'],
      ['below the minimum of 5 shares', { amount: shares(4.99) }, 'below-minimum'],
      ['more than 2 decimals of shares', { amount: shares(10.001) }, 'malformed'],
      ['no size', { amount: shares(0) }, 'malformed'],
      ['a size that is not a number', { amount: shares(Number.NaN) }, 'malformed'],
      ['more than the exact range', { amount: shares(900_001) }, 'malformed'],
      ['post-only that takes at once', { postOnly: true, timeInForce: 'FOK' as const }, 'malformed'],
      ['money for a limit order', { amount: pusd(10) }, 'malformed'],
      ['money for a sale', { amount: pusd(10), side: 'sell' as const, timeInForce: 'FAK' as const }, 'malformed'],
      ['the other outcome’s token', { tokenId: MARKET.tokens.down }, 'malformed'],
      ['a market that is not listed', { marketSlug: 'btc-updown-5m-1795405500' as never }, 'market-closed'],
      ['shares that are not held', { side: 'sell' as const, priceTicks: 6000 }, 'insufficient-balance'],
      ['post-only at the touch', { priceTicks: 5400 }, 'crosses-book'],
      ['post-only through the touch', { priceTicks: 5500 }, 'crosses-book'],
      ['FAK below the touch', { priceTicks: 5300, timeInForce: 'FAK' as const }, 'not-filled'],
      ['FOK below the touch', { priceTicks: 5300, timeInForce: 'FOK' as const }, 'not-filled'],
    ])('error: %s', (_name, changed, code) => {
      const world = venueWorld();
      world.feed(submit(order('a', changed)));
      expect(world.reportsUntil(10_000)).toEqual([`50 a rejected ${code}`]);
    });

    test('error: a marketable BUY below 1 pUSD', () => {
      const world = venueWorld();
      world.feed(
        at(1).book('up', [], [[100, 500]]),
        submit(order('a', { priceTicks: 100, amount: shares(99), postOnly: false })),
      );
      expect(world.reportsUntil(10_000)).toEqual(['51 a rejected below-minimum']);
    });

    test('args: the first and the last tick are prices', () => {
      const world = venueWorld();
      world.feed(
        at(1).book('up', [], []),
        submit(order('a', { priceTicks: 100 })),
        submit(order('b', { outcome: 'down', priceTicks: 9900, postOnly: false })),
      );
      // 0.01 and 0.99 make 1: on the venue the second would trade with our own first, so it does not rest.
      expect(world.reportsUntil(10_000)).toEqual([
        '51 a accepted sim-a',
        '51 b accepted sim-b',
        '51 b canceled unfilled-remainder',
      ]);
    });

    test('error: a market whose book is not known, at the start and after the feed broke', () => {
      const world = venueWorld();
      const gone: EngineEvent = {
        ...at(10).resolved(null),
        type: 'feed-disconnected',
        source: 'polymarket-clob',
        connection: 1,
        reason: '',
      } as never;
      world.feed(gone, submit(order('a')));
      expect(world.reportsUntil(100)).toEqual(['60 a rejected other']);
      world.feed(at(101).change('up', 'ask', 5300, 10), submit(order('b')));
      expect(world.reportsUntil(200)).toEqual(['151 b rejected other']);
      world.feed(at(201).book('up', [], []), submit(order('c')));
      expect(world.reportsUntil(300)).toEqual(['251 c accepted sim-c']);
    });

    test('error: a market that states no fees', () => {
      const world = venueWorld({}, { fees: null });
      world.feed(submit(order('a')));
      expect(world.reportsUntil(100)).toEqual(['50 a rejected other']);
    });

    test('behavior: orders are taken until the window ends, and not at its end', () => {
      const world = venueWorld();
      exchangeAdvance(world.exchange, START_MS + 299_949);
      world.feed(submit(order('last')));
      exchangeAdvance(world.exchange, START_MS + 299_950);
      world.feed(submit(order('late')));
      expect(world.reportsUntil(301_000)).toEqual([
        '299999 last accepted sim-last',
        '300000 late rejected market-closed',
      ]);
    });

    test('behavior: the grid is the one that the book channel states', () => {
      const world = venueWorld();
      world.feed({
        ...at(1).change('up', 'ask', 1, 0),
        type: 'tick-size-changed',
        oldTickSizeTicks: 100,
        newTickSizeTicks: 10,
      } as never);
      world.feed(at(2).listed({ tickSizeTicks: 100 }), submit(order('a', { priceTicks: 4990 })));
      expect(world.reportsUntil(100)).toEqual(['52 a accepted sim-a']);
    });

    test('behavior: post-only does not cross our own order of the other outcome', () => {
      const world = venueWorld();
      world.feed(submit(order('a', { priceTicks: 5300 })));
      world.feed(
        submit(order('b', { outcome: 'down', priceTicks: 4700 })),
        submit(order('c', { outcome: 'down', priceTicks: 4600 })),
      );
      // The book's bid is at 0.53 now through our own order: Down at 0.47 would buy it, at 0.46 it would not, but an offer of Up at 0.54 it is.
      expect(world.reportsUntil(1_000)).toEqual([
        '50 a accepted sim-a',
        '50 b rejected crosses-book',
        '50 c accepted sim-c',
      ]);
    });
  });
});

describe('takers', () => {
  const fak = { timeInForce: 'FAK', postOnly: false } as const;
  const fok = { timeInForce: 'FOK', postOnly: false } as const;
  const limit = { timeInForce: 'GTC', postOnly: false } as const;

  test('default: waits the delay, then walks the book at the levels’ prices with a fee for each', () => {
    const world = venueWorld();
    world.feed(submit(order('a', { ...fak, priceTicks: 5500, amount: shares(150) })));
    expect(world.reportsUntil(299)).toEqual(['50 a accepted sim-a']);
    expect(world.reportsUntil(300)).toEqual([
      '300 a filled 100 @ 5400 fee 1.7388 taker a-1',
      '300 a filled 50 @ 5500 fee 0.86625 taker a-2',
    ]);
  });

  test('defect 13: a paper order gets what the market has, not its limit in full', () => {
    const world = venueWorld();
    world.feed(submit(order('a', { ...fak, priceTicks: 6000, amount: shares(1_000) })));
    expect(world.reportsUntil(1_000).slice(1)).toEqual([
      '300 a filled 100 @ 5400 fee 1.7388 taker a-1',
      '300 a filled 200 @ 5500 fee 3.465 taker a-2',
      '300 a canceled unfilled-remainder',
    ]);
  });

  test('behavior: the book at the end of the delay counts, not the one that was seen', () => {
    const world = venueWorld();
    world.feed(submit(order('a', { ...fak, priceTicks: 5400 })));
    world.feed(at(299).change('up', 'ask', 5400, 0));
    expect(world.reportsUntil(1_000)).toEqual(['50 a accepted sim-a', '300 a canceled unfilled-remainder']);
  });

  test('args: the market’s own delay', () => {
    const world = venueWorld({}, { takerDelayMs: 150 });
    world.feed(submit(order('a', { ...fak, priceTicks: 5400 })));
    expect(world.reportsUntil(1_000)[1]).toBe('200 a filled 10 @ 5400 fee 0.17388 taker a-1');
  });

  test('args: no delay at all', () => {
    const world = venueWorld({}, { takerDelayMs: 0 });
    world.feed(
      submit(order('a', { ...fak, priceTicks: 5400 })),
      submit(order('b', { ...fok, priceTicks: 5400, amount: shares(500) })),
    );
    expect(world.reportsUntil(1_000)).toEqual([
      '50 a accepted sim-a',
      '50 a filled 10 @ 5400 fee 0.17388 taker a-1',
      '50 b rejected not-filled',
    ]);
  });

  test('behavior: FOK is all or nothing', () => {
    const world = venueWorld();
    world.feed(
      submit(order('a', { ...fok, priceTicks: 5500, amount: shares(300.01) })),
      submit(order('b', { ...fok, priceTicks: 5500, amount: shares(300) })),
    );
    expect(world.reportsUntil(1_000)).toEqual([
      '50 a accepted sim-a',
      '50 b accepted sim-b',
      '300 a canceled unfilled-remainder',
      '300 b filled 100 @ 5400 fee 1.7388 taker b-1',
      '300 b filled 200 @ 5500 fee 3.465 taker b-2',
    ]);
  });

  test('behavior: a market BUY spends its money to the last millionth and never more', () => {
    const world = venueWorld();
    world.feed(submit(order('a', { ...fak, priceTicks: 5500, amount: pusd(100) })));
    // 100 × 0.54 = 54; 46 / 0.55 = 83.636363.
    expect(world.reportsUntil(1_000).slice(1)).toEqual([
      '300 a filled 100 @ 5400 fee 1.7388 taker a-1',
      '300 a filled 83.636363 @ 5500 fee 1.449 taker a-2',
    ]);
  });

  test('behavior: a FOK BUY of more money than the book sells for is killed', () => {
    const world = venueWorld();
    world.feed(
      submit(order('a', { ...fok, priceTicks: 5500, amount: pusd(164.01) })),
      submit(order('b', { ...fok, priceTicks: 5500, amount: pusd(164) })),
    );
    expect(world.reportsUntil(1_000).map((line) => line.split(' ').slice(1, 3).join(' '))).toEqual([
      'a accepted',
      'b accepted',
      'a canceled',
      'b filled',
      'b filled',
    ]);
  });

  test('behavior: the joint book: buying Up takes the bids for Down', () => {
    const world = venueWorld();
    world.feed(
      at(1).change('down', 'bid', 4700, 20),
      submit(order('a', { ...fak, priceTicks: 5400, amount: shares(50) })),
    );
    expect(world.reportsUntil(1_000).slice(1)).toEqual([
      '301 a filled 20 @ 5300 fee 0.34874 taker a-1',
      '301 a filled 30 @ 5400 fee 0.52164 taker a-2',
    ]);
  });

  test('behavior: buying Down takes the bids for Up, at Down’s own price', () => {
    const world = venueWorld();
    world.feed(submit(order('a', { ...fak, outcome: 'down', priceTicks: 5100, amount: shares(120) })));
    expect(world.reportsUntil(1_000).slice(1)).toEqual([
      '300 a filled 100 @ 5000 fee 1.75 taker a-1',
      '300 a filled 20 @ 5100 fee 0.34986 taker a-2',
    ]);
  });

  test('behavior: what was taken is not there a second time, however the book is sent again', () => {
    const world = venueWorld();
    world.feed(submit(order('a', { ...fak, priceTicks: 5400, amount: shares(60) })));
    exchangeAdvance(world.exchange, START_MS + 400);
    // The same book as Down shows it: it still displays what we took.
    world.feed(
      at(400).book(
        'down',
        [
          [4600, 100],
          [4500, 200],
        ],
        [
          [5000, 100],
          [5100, 200],
        ],
      ),
    );
    world.feed(submit(order('b', { ...fak, priceTicks: 5400, amount: shares(60) })));
    exchangeAdvance(world.exchange, START_MS + 800);
    world.feed(
      at(800).change('up', 'ask', 5400, 110),
      submit(order('c', { ...fak, priceTicks: 5400, amount: shares(60) })),
    );
    const fills = world.reportsUntil(2_000).filter((line) => line.includes('filled '));
    expect(fills).toEqual([
      '300 a filled 60 @ 5400 fee 1.04328 taker a-1',
      '700 b filled 40 @ 5400 fee 0.69552 taker b-1',
      // Ten more are displayed than before: those are new.
      '1100 c filled 10 @ 5400 fee 0.17388 taker c-1',
    ]);
  });

  test('args: kinder assumptions refill a level that changed', () => {
    const world = venueWorld({ assumptions: 'expected' });
    world.feed(submit(order('a', { ...fak, priceTicks: 5400, amount: shares(60) })));
    exchangeAdvance(world.exchange, START_MS + 800);
    world.feed(
      at(800).change('up', 'ask', 5400, 90),
      submit(order('b', { ...fak, priceTicks: 5400, amount: shares(80) })),
    );
    expect(world.reportsUntil(2_000).at(-1)).toBe('1100 b filled 80 @ 5400 fee 1.39104 taker b-1');
  });

  test('behavior: the rest of a limit order goes into the book and fills there as a maker', () => {
    const world = venueWorld();
    world.feed(
      submit(order('a', { ...limit, priceTicks: 5400, amount: shares(130) })),
      at(400).change('up', 'ask', 5400, 0),
    );
    world.feed(at(500).trade('up', 'sell', 5400, 12));
    expect(world.reportsUntil(1_000).slice(1)).toEqual([
      '300 a filled 100 @ 5400 fee 1.7388 taker a-1',
      '500 a filled 12 @ 5400 fee 0 maker a-2',
    ]);
  });

  test('behavior: only what is held can be sold, and what is offered is not offered twice', () => {
    const world = venueWorld();
    const sale = { side: 'sell', priceTicks: 6000 } as const;
    world.feed(submit(order('a', { ...fak, priceTicks: 5400, amount: shares(15) })));
    exchangeAdvance(world.exchange, START_MS + 400);
    world.feed(
      submit(order('b', { ...sale, amount: shares(10) })),
      submit(order('c', { ...sale, amount: shares(10) })),
    );
    world.feed(submit(order('d', { ...sale, amount: shares(5) })));
    expect(world.reportsUntil(1_000).slice(2)).toEqual([
      '450 b accepted sim-b',
      '450 c rejected insufficient-balance',
      '450 d accepted sim-d',
    ]);
  });

  test('behavior: a delay that ends with the window over takes nothing', () => {
    const world = venueWorld();
    exchangeAdvance(world.exchange, START_MS + 299_800);
    world.feed(submit(order('a', { ...fak, priceTicks: 5400 })));
    expect(world.reportsUntil(301_000)).toEqual(['299850 a accepted sim-a', '300100 a canceled unfilled-remainder']);
  });
});

describe('resting orders', () => {
  /** An order for 10 at 0.50 behind the 100 that are displayed there. */
  const behindTheQueue = () => {
    const world = venueWorld();
    world.feed(submit(order('a')));
    exchangeAdvance(world.exchange, START_MS + 100);
    return world;
  };
  const fillsOf = (world: ReturnType<typeof venueWorld>) =>
    world.reportsUntil(100_000).filter((line) => line.includes('filled '));

  test('default: prints use up the queue first, then fill, in parts, at our own price and without a fee', () => {
    const world = behindTheQueue();
    world.feed(
      at(200).trade('up', 'sell', 5000, 99),
      at(210).trade('up', 'sell', 5000, 5),
      at(220).trade('up', 'sell', 5000, 50),
    );
    expect(fillsOf(world)).toEqual(['210 a filled 4 @ 5000 fee 0 maker a-1', '220 a filled 6 @ 5000 fee 0 maker a-2']);
  });

  test('behavior: a Down buyer’s print hits the bids for Up', () => {
    const world = behindTheQueue();
    world.feed(at(200).trade('down', 'buy', 5000, 103));
    expect(fillsOf(world)).toEqual(['200 a filled 3 @ 5000 fee 0 maker a-1']);
  });

  test('behavior: a resting Down order is hit by who sells Down or buys Up', () => {
    const world = venueWorld();
    // Down at 0.46 stands with the offers of Up at 0.54, of which 100 are displayed.
    world.feed(submit(order('a', { outcome: 'down', priceTicks: 4600 })), at(200).trade('up', 'buy', 5400, 100));
    world.feed(at(210).trade('down', 'sell', 4600, 4), at(220).trade('down', 'buy', 5000, 90));
    expect(fillsOf(world)).toEqual(['210 a filled 4 @ 4600 fee 0 maker a-1']);
  });

  test.each([
    ['somebody buys', at(200).trade('up', 'buy', 5400, 1_000)],
    ['a buyer pays our very price', at(200).trade('up', 'buy', 5000, 1_000)],
    ['a print above our bid', at(200).trade('up', 'sell', 5100, 1_000)],
    ['the touch comes to our price without a print', at(200).change('up', 'ask', 5000, 1_000)],
    ['everybody ahead of us goes away', at(200).change('up', 'bid', 5000, 0)],
    ['time passes', at(90_000).change('up', 'ask', 9000, 1)],
  ])('behavior: does not fill when %s', (_name, event) => {
    const world = behindTheQueue();
    world.feed(event);
    expect(fillsOf(world)).toEqual([]);
  });

  test('behavior: a print through our price fills at most what was traded', () => {
    const world = behindTheQueue();
    world.feed(at(200).trade('up', 'sell', 4900, 7));
    expect(fillsOf(world)).toEqual(['200 a filled 7 @ 5000 fee 0 maker a-1']);
  });

  test('behavior: after a print through our price nobody is ahead of us any more', () => {
    const world = behindTheQueue();
    world.feed(at(200).trade('up', 'sell', 4900, 7), at(210).trade('up', 'sell', 5000, 2));
    expect(fillsOf(world)[1]).toBe('210 a filled 2 @ 5000 fee 0 maker a-2');
  });

  test('behavior: a book that moved strictly through us would have hit us: its displayed size, once', () => {
    const world = behindTheQueue();
    world.feed(
      at(200).change('up', 'ask', 4900, 6),
      at(210).change('up', 'ask', 9000, 5),
      at(220).change('up', 'ask', 4900, 8),
    );
    expect(fillsOf(world)).toEqual(['200 a filled 6 @ 5000 fee 0 maker a-1', '220 a filled 2 @ 5000 fee 0 maker a-2']);
  });

  test('args: the optimist is hit when the touch comes to our price, and has no queue', () => {
    const world = venueWorld({ assumptions: 'optimistic' });
    world.feed(submit(order('a')), at(200).change('up', 'ask', 5000, 4), at(210).trade('up', 'sell', 5000, 3));
    expect(fillsOf(world)).toEqual(['200 a filled 4 @ 5000 fee 0 maker a-1', '210 a filled 3 @ 5000 fee 0 maker a-2']);
  });

  test('behavior: a level that shrinks below our place moves us up, and its later print does not count again', () => {
    const world = behindTheQueue();
    // A sale of 60: the change comes first, then its print. 40 are still ahead.
    world.feed(at(200).change('up', 'bid', 5000, 40), at(205).trade('up', 'sell', 5000, 60));
    world.feed(at(300).trade('up', 'sell', 5000, 43));
    expect(fillsOf(world)).toEqual(['300 a filled 3 @ 5000 fee 0 maker a-1']);
  });

  test('behavior: with the print first the result is the same', () => {
    const world = behindTheQueue();
    world.feed(at(200).trade('up', 'sell', 5000, 60), at(205).change('up', 'bid', 5000, 40));
    world.feed(at(300).trade('up', 'sell', 5000, 43));
    expect(fillsOf(world)).toEqual(['300 a filled 3 @ 5000 fee 0 maker a-1']);
  });

  test('behavior: a shrinking level that no print explained was cancelled', () => {
    const world = behindTheQueue();
    world.feed(at(200).change('up', 'bid', 5000, 40), at(1_300).trade('up', 'sell', 5000, 43));
    expect(fillsOf(world)).toEqual(['1300 a filled 3 @ 5000 fee 0 maker a-1']);
  });

  test('behavior: who joins the level later stands behind us', () => {
    const world = behindTheQueue();
    world.feed(at(200).change('up', 'bid', 5000, 900), at(210).trade('up', 'sell', 5000, 101));
    expect(fillsOf(world)).toEqual(['210 a filled 1 @ 5000 fee 0 maker a-1']);
  });

  test('behavior: one print is shared by our orders in price and time order', () => {
    const world = venueWorld();
    world.feed(submit(order('second')), submit(order('first', { priceTicks: 5100 })), submit(order('third')));
    world.feed(at(200).trade('up', 'sell', 5000, 123));
    expect(fillsOf(world)).toEqual([
      '200 first filled 10 @ 5100 fee 0 maker first-1',
      '200 second filled 10 @ 5000 fee 0 maker second-1',
      '200 third filled 3 @ 5000 fee 0 maker third-1',
    ]);
  });

  test('behavior: a match that is printed on both tokens counts once', () => {
    const world = behindTheQueue();
    world.feed(
      at(200).trade('up', 'sell', 5000, 100),
      at(200).trade('down', 'buy', 5000, 100),
      at(210).trade('up', 'sell', 5000, 2),
    );
    expect(fillsOf(world)).toEqual(['210 a filled 2 @ 5000 fee 0 maker a-1']);
  });

  test('behavior: an older message about the other token does not bring the past back', () => {
    const world = venueWorld();
    world.feed(submit(order('a', { priceTicks: 5300 })), at(200).change('up', 'ask', 5400, 0));
    const late = { ...at(210).change('down', 'bid', 4800, 50), tsEvent: START_MS + 150 };
    world.feed(late);
    expect(fillsOf(world)).toEqual([]);
  });

  test('behavior: a time from the future does not make the book deaf', () => {
    const world = behindTheQueue();
    world.feed(
      { ...at(200).change('up', 'ask', 5400, 50), tsEvent: START_MS + 86_400_000 },
      at(210).change('up', 'ask', 4900, 1),
    );
    expect(fillsOf(world)).toEqual(['210 a filled 1 @ 5000 fee 0 maker a-1']);
  });

  test('args: a schedule that charges makers too', () => {
    const world = venueWorld({}, { fees: { ratePpm: 70_000, exponent: 1, takerOnly: false, rebatePpm: 0 } });
    world.feed(submit(order('a')), at(200).trade('up', 'sell', 4900, 10));
    expect(fillsOf(world)).toEqual(['200 a filled 10 @ 5000 fee 0.175 maker a-1']);
  });
});

describe('cancels', () => {
  test('default: an order leaves the book when the cancel arrives, and not before', () => {
    const world = venueWorld();
    world.feed(submit(order('a')));
    exchangeAdvance(world.exchange, START_MS + 100);
    world.feed(cancel('a'), at(139).trade('up', 'sell', 4900, 1), at(141).trade('up', 'sell', 4900, 1));
    expect(world.reportsUntil(1_000)).toEqual([
      '50 a accepted sim-a',
      '139 a filled 1 @ 5000 fee 0 maker a-1',
      '140 a canceled requested',
    ]);
  });

  test('behavior: not inside the taker delay', () => {
    const world = venueWorld();
    world.feed(submit(order('a', { timeInForce: 'FAK', priceTicks: 5400 })));
    exchangeAdvance(world.exchange, START_MS + 100);
    world.feed(cancel('a'));
    expect(world.reportsUntil(1_000)).toEqual([
      '50 a accepted sim-a',
      '140 a cancel-rejected inside the taker delay',
      '300 a filled 10 @ 5400 fee 0.17388 taker a-1',
    ]);
  });

  test.each([
    ['before the order arrives', 0],
    ['after it filled', 300],
  ])('behavior: rejected %s', (_name, cancelAtMs) => {
    const world = venueWorld();
    world.feed(submit(order('a')));
    if (cancelAtMs > 0) world.feed(at(200).trade('up', 'sell', 4900, 10));
    exchangeAdvance(world.exchange, START_MS + cancelAtMs);
    world.feed(cancel('a'));
    expect(world.reportsUntil(1_000)).toContain(`${cancelAtMs + 40} a cancel-rejected not an open order`);
  });
});

describe('exchangeApplyEvent', () => {
  test('behavior: a resolved market ends its orders, resting and delayed, and takes no more', () => {
    const world = venueWorld();
    world.feed(submit(order('resting')), submit(order('delayed', { timeInForce: 'FAK', priceTicks: 5400 })));
    exchangeAdvance(world.exchange, START_MS + 60);
    world.feed(at(70).resolved(null), submit(order('flying')), at(80).resolved('up'));
    expect(world.reportsUntil(1_000).slice(2)).toEqual([
      '80 delayed canceled market-resolved',
      '80 resting canceled market-resolved',
      '120 flying rejected market-closed',
    ]);
  });

  test('behavior: a restart finds its resting orders taken out by the dead-man switch, and no book', () => {
    const world = venueWorld();
    world.feed(submit(order('resting')));
    exchangeAdvance(world.exchange, START_MS + 60);
    const restarted = {
      seq: 9,
      tsEvent: START_MS + 90,
      tsInit: START_MS + 90,
      type: 'restarted',
      epoch: 2,
      lastSeq: 8,
      snapshotSeq: 0,
      buildId: '',
      config: DEFAULT_ENGINE_CONFIG,
    } as const;
    world.feed(restarted, submit(order('b')));
    expect(world.reportsUntil(1_000).slice(1)).toEqual(['90 resting canceled dead-man', '140 b rejected other']);
  });

  test('behavior: events of other markets and of no market change nothing', () => {
    const world = venueWorld();
    const before = dumpExchange(world.exchange);
    const foreign = '3'.repeat(77) as never;
    world.feed(
      { ...at(0).change('up', 'ask', 1, 1), tokenId: foreign },
      { ...at(0).trade('up', 'buy', 1, 1), tokenId: foreign },
    );
    world.feed(
      { ...at(0).book('up', [], []), tokenId: foreign },
      { ...at(0).resolved('up'), conditionId: `0x${'d'.repeat(64)}` as never },
    );
    expect(dumpExchange(world.exchange)).toEqual(before);
  });

  test('behavior: a window that is over is not listed any more, and one without a result is dropped after a day', () => {
    const world = venueWorld();
    exchangeAdvance(world.exchange, START_MS + 86_400_000 + 300_001);
    world.feed({ ...at(0).listed({ slug: 'btc-updown-5m-1795404900' as never }), tsInit: 0 });
    expect(world.exchange.markets).toEqual([]);
  });
});

describe('nextDueMs', () => {
  test('default: the next thing at the venue or on the way to us', () => {
    const world = venueWorld({ reportLatencyMs: 30 });
    expect(nextDueMs(world.exchange)).toBeNull();
    world.feed(submit(order('a')), cancel('a'));
    expect(nextDueMs(world.exchange)).toBe(START_MS + 40);
    exchangeAdvance(world.exchange, START_MS + 45);
    expect(nextDueMs(world.exchange)).toBe(START_MS + 50);
    exchangeAdvance(world.exchange, START_MS + 50);
    expect(nextDueMs(world.exchange)).toBe(START_MS + 70);
    takeReports(world.exchange, START_MS + 80);
    expect(nextDueMs(world.exchange)).toBeNull();
  });
});

describe('takeReports', () => {
  test('default: reports leave with their due time and without a place in the history', () => {
    const world = venueWorld({ reportLatencyMs: 30 });
    world.feed(submit(order('a')));
    expect(world.takeUntil(80)).toEqual([
      { type: 'order-accepted', clientOrderId: 'a', venueOrderId: 'sim-a', seq: 0, tsEvent: START_MS + 80, tsInit: 0 },
    ]);
    expect(world.takeUntil(80)).toEqual([]);
  });
});

describe('acknowledgeReport', () => {
  const journalled = (world: ReturnType<typeof venueWorld>): ExecutionReport[] =>
    world.takeUntil(1_000).map((report, index) => ({ ...report, seq: 40 + index, tsInit: START_MS + 1_000 }));

  test('default: a rebuilt venue drops what the journal holds and keeps the rest', () => {
    const world = venueWorld();
    world.feed(submit(order('a')), submit(order('b')));
    const reports = journalled(world);
    const rebuilt = venueWorld();
    rebuilt.feed(submit(order('a')), submit(order('b')));
    exchangeAdvance(rebuilt.exchange, START_MS + 1_000);
    const [first] = reports;
    if (first === undefined) throw new Error('there is a first report');
    acknowledgeReport(rebuilt.exchange, first);
    expect(takeReports(rebuilt.exchange, START_MS + 1_000).map(inShort)).toEqual(['50 b accepted sim-b']);
  });

  test('error: another report than the rebuilt venue’s, with both in the error', () => {
    const world = venueWorld();
    world.feed(submit(order('a')));
    const rebuilt = venueWorld();
    rebuilt.feed(submit(order('b')));
    exchangeAdvance(rebuilt.exchange, START_MS + 1_000);
    const [other] = journalled(world);
    if (other === undefined) throw new Error('there is a report');
    const caught = (() => {
      try {
        acknowledgeReport(rebuilt.exchange, other);
        return null;
      } catch (error) {
        return error;
      }
    })();
    expect(caught).toBeInstanceOf(InvariantError);
    expect((caught as InvariantError).context).toEqual({
      expected: expect.stringContaining('sim-a'),
      found: expect.stringContaining('sim-b'),
    });
  });

  test('error: nothing is under way', () => {
    const world = venueWorld();
    const [nothing] = [{ type: 'expired-unsent', clientOrderId: 'a', seq: 1, tsEvent: 1, tsInit: 1 } as never];
    expect(() => acknowledgeReport(world.exchange, nothing)).toThrow(InvariantError);
  });
});

describe('restoreExchange', () => {
  test('default: a dump is plain data, detached, and the same venue', () => {
    const world = venueWorld();
    world.feed(submit(order('a')), at(60).trade('up', 'sell', 5000, 50));
    const dump = JSON.parse(JSON.stringify(dumpExchange(world.exchange)));
    const restored = restoreExchange(dump);
    exchangeApplyEvent(restored, at(100).trade('up', 'sell', 5000, 55));
    exchangeApplyOutput(restored, cancel('a'), START_MS + 100);
    exchangeAdvance(restored, START_MS + 200);
    expect(takeReports(restored, START_MS + 200).map(inShort)).toEqual([
      '50 a accepted sim-a',
      '100 a filled 5 @ 5000 fee 0 maker a-1',
      '140 a canceled requested',
    ]);
    expect(dump).toEqual(dumpExchange(world.exchange));
  });
});
