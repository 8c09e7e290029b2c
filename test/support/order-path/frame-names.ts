/** What a frame of the link holds, by names that crossings can be called after. */
interface NamedMessage {
  readonly type: string;
  readonly fact?: { readonly type: string };
  readonly verb?: string;
}

/** Messages of a frame of either direction. */
export function messagesOf(frame: string): readonly NamedMessage[] {
  return (JSON.parse(frame) as { readonly messages: readonly NamedMessage[] }).messages;
}

/** `submit-order`, `fact order-filled` and the like, each once. */
export function messageNames(frame: string): string[] {
  return [...new Set(messagesOf(frame).map(({ type, fact }) => (fact === undefined ? type : `fact ${fact.type}`)))];
}
