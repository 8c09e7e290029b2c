/** What a client sends: JSON objects, looked at without trust. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** The frame as a JSON object, or `null` for anything else. */
export function parseJsonObject(frame: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(frame);
    return isJsonObject(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The strings of an array; nothing for anything else. */
export function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
