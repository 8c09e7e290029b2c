/** What opens the test deployment: bearer tokens of people by role, and the keys of the runner. */
export const TOKENS = {
  viewer: 'viewer-token-0123456789abcdef',
  operator: 'operator-token-0123456789abcdef',
} as const;

/** The new one and the one that it replaces. */
export const LINK_KEYS = [
  { id: 'k2', secret: 'link-secret-two-0123456789abcdef01' },
  { id: 'k1', secret: 'link-secret-one-0123456789abcdef01' },
] as const;
