/** Bearer tokens of the test deployment, by role. */
export const TOKENS = {
  viewer: 'viewer-token-0123456789abcdef',
  operator: 'operator-token-0123456789abcdef',
  runner: 'runner-key-0123456789abcdef',
} as const;
