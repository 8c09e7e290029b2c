/** What every run is held to, by name: each violation begins with the name of what was violated, and each run says what it looked at. */
export const PROPERTIES = {
  once: 'an order leaves once, and the same bytes once more within a second at the most',
  permitted: 'an order leaves only while its time, its lease, its epoch and the last verb allow it',
  written:
    'an order leaves after its intent is stored, it is in the submission log, and what stands at the venue was asked for',
  size: 'GTC, GTD and SELL: filled ≤ size',
  spend: 'market BUY: spent ≤ its amount',
  ends: 'what has ended stays ended, save for the listed rows',
  matches: 'each match is booked once, as the venue has it',
  money: 'money is conserved to the millionth',
  exposure: 'what could be lost stays within the limit',
  clear: 'none of ours rests at T − 5 s',
  gone: 'none of ours rests 8 s after the object was lost, 16 s after the runner was',
  known: 'within 60 s of the last fault all is known, and object, runner and venue hold the same',
} as const;

export type Property = keyof typeof PROPERTIES;

/** Which of them were looked at and which did not hold. */
export interface Findings {
  readonly violations: readonly string[];
  readonly looked: ReadonlySet<Property>;
  look(property: Property): void;
  violate(property: Property, sentence: string): void;
}

/** Nothing found yet; `note` hears of each violation. */
export function createFindings(note: (what: string) => void): Findings {
  const violations: string[] = [];
  const looked = new Set<Property>();
  return {
    violations,
    looked,
    look: (property) => void looked.add(property),
    violate(property, sentence) {
      violations.push(`${property}: ${sentence}`);
      note(`VIOLATION ${property}: ${sentence}`);
    },
  };
}
