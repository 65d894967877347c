import { describe, expect, it } from 'vitest';
import { withEmbeddedDefaults } from '../../../shared/src/runtime/environment.js';

const embedded = {
  databaseUrl: (port: number): string => `postgres://embedded:${String(port)}`,
  secretsKey: () => 'a-key-of-this-machine',
};

describe('without a database of its own to use', () => {
  it('the product stays on this machine', () => {
    expect(withEmbeddedDefaults({ CORE_PORT: '9000', EMULATOR_PORT: '9025', DATABASE_URL: '' }, embedded)).toEqual({
      CORE_PORT: '9000',
      EMULATOR_PORT: '9025',
      DATABASE_URL: 'postgres://embedded:8032',
      SECRETS_KEY: 'a-key-of-this-machine',
      TELEGRAM_API_ROOT: 'http://127.0.0.1:9025/sandbox/telegram',
      OUTBOUND_ALLOW: '127.0.0.1:9025',
      PUBLIC_URL: 'http://127.0.0.1:9000',
    });
  });

  it('what is set counts', () => {
    const variables = { TELEGRAM_API_ROOT: 'https://telegram.example.com', POSTGRES_PORT: '9032' };
    expect(withEmbeddedDefaults(variables, embedded)).toMatchObject({
      ...variables,
      DATABASE_URL: 'postgres://embedded:9032',
    });
  });
});

it('with a database nothing is pointed at the sandbox', () => {
  const variables = { DATABASE_URL: 'postgres://db.example.com/live_calls' };
  expect(withEmbeddedDefaults(variables, embedded)).toEqual(variables);
});
