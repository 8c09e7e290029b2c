/**
 * A Gamma over real HTTP, in the Node process that runs the tests. It lists the markets of btc-updown-5m up to a boundary; the fields
 * are those of the venue notes of 2026-11-23 §6, the values invented.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    gammaPort: number;
  }
}

/** Markets that start at this second or later are not listed yet. */
export const NOT_LISTED_FROM_S = 1_795_452_000 + 10 * 300;
const PATH = /^\/gamma\/events\/slug\/(btc-updown-5m-(\d+))$/;

/** Starts the server before the tests and ends it after them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    // The test's own questions: what was asked since the last time.
    if (path === '/asked') return response.end(JSON.stringify(asked.splice(0)));
    asked.push(path);
    const match = PATH.exec(path);
    const startS = Number(match?.[2]);
    if (match === null || startS >= NOT_LISTED_FROM_S) return response.writeHead(404).end('{"type":"not found error"}');
    return response.end(JSON.stringify(eventBody(String(match[1]), startS)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  project.provide('gammaPort', (server.address() as AddressInfo).port);
  return () => new Promise((resolve) => server.close(() => resolve()));
}

function eventBody(slug: string, startS: number) {
  const market = {
    slug,
    conditionId: `0x${startS.toString(16).padStart(64, '0')}`,
    outcomes: '["Up", "Down"]',
    clobTokenIds: JSON.stringify([`${startS}1`, `${startS}2`]),
    orderPriceMinTickSize: 0.01,
    orderMinSize: 5,
    negRisk: false,
    acceptingOrders: true,
    endDate: new Date((startS + 300) * 1_000).toISOString(),
    eventStartTime: new Date(startS * 1_000).toISOString(),
    resolutionSource: 'https://data.chain.link/streams/btc-usd-twap-60s-streams',
    feesEnabled: true,
    feeSchedule: { exponent: 1, rate: 0.07, takerOnly: true, rebateRate: 0.2 },
    version: 'v1',
    cryptoMarketConfig: { id: 'btc-5m-twap-60', twapEnabled: true, twapLookbackSeconds: 60 },
    updatedAt: '2026-11-23T16:00:00Z',
  };
  return { slug, markets: [market] };
}
