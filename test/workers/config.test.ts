import { describe, expect, test } from 'vitest';
import { configResultSchema, seriesConfigSchema } from '../../core/protocol/config-api.ts';
import { API, bindings, call, expectError } from './support/api-client.ts';

const URL = `${API}/series/btc-updown-5m/config`;

async function put(commandId: string, document: object) {
  const response = await call(URL, { as: 'operator', method: 'PUT', body: JSON.stringify({ commandId, document }) });
  return configResultSchema.parse(await response.json());
}

const auditOf = (id: string) => bindings.DB.prepare('SELECT * FROM audit WHERE id = ?').bind(id).first();

describe('configRoutes', () => {
  test('default: what runs, and by whose word', async () => {
    const response = await call(URL, { as: 'viewer' });
    expect(seriesConfigSchema.parse(await response.json())).toMatchObject({
      series: 'btc-updown-5m',
      by: 'deployment',
    });
  });

  test('behavior: a document goes to the object, and the audit says what changed and by whom', async () => {
    expect(await put('config-test-1', {})).toMatchObject({ result: 'applied', seq: 7, audited: true });
    expect(await auditOf('config-test-1')).toMatchObject({
      actor: 'operator',
      action: 'config',
      detail: 'applied: risk.maxOrderPpm: 5000 → 10000',
    });
  });

  test('behavior: a document that is refused is in the audit too', async () => {
    expect(await put('config-test-2', { wat: {} })).toMatchObject({
      result: 'refused',
      seq: null,
      problems: [{ field: 'wat', message: 'is no section' }],
    });
    expect(await auditOf('config-test-2')).toMatchObject({ detail: 'refused: wat is no section' });
  });

  test.each([
    ['no document', { commandId: 'config-test-3' }],
    ['a text for a document', { commandId: 'config-test-3', document: 'x' }],
    ['a short id', { commandId: 'x', document: {} }],
    ['a field too many', { commandId: 'config-test-3', document: {}, force: true }],
  ])('error: %s', async (_, body) => {
    const response = await call(URL, { as: 'operator', method: 'PUT', body: JSON.stringify(body) });
    await expectError(response, 422);
  });
});
