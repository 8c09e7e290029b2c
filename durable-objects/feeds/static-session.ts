/** A session of a source whose subscriptions never change: sends its frames, hands every event on. */
import type { MarketDataEvent } from '../../core/model/market-data.ts';
import type { VenueControl } from '../../core/venue/parsed-frame.ts';
import type { FeedSession, SessionLink } from './feed-protocol.ts';

export interface StaticSession {
  /** Sent on opening, in order. */
  readonly openingFrames: readonly string[];
  /** Which events are for us; all, when absent. */
  readonly isOurs?: (event: MarketDataEvent) => boolean;
  readonly onControl?: (control: VenueControl, link: SessionLink) => void;
}

/** Shows a server's complaint in the status and counts it; the feed goes on. */
export function showVenueError(control: VenueControl, link: SessionLink): void {
  if (control.type !== 'error') return;
  link.count('venue-error');
  link.showProblem(`${control.code}: ${control.detail}`);
}

export function createStaticSession(link: SessionLink, options: StaticSession): FeedSession {
  const onControl = options.onControl ?? showVenueError;
  return {
    opened: () => {
      for (const frame of options.openingFrames) link.send(frame);
      link.subscribed();
    },
    received: (parsed) => {
      for (const control of parsed.controls) onControl(control, link);
      return options.isOurs === undefined ? parsed.events : parsed.events.filter(options.isOurs);
    },
    check: () => undefined,
    idle: () => false,
    wantedChanged: () => undefined,
  };
}
