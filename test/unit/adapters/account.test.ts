import { createSecrets } from '@live-calls/shared/runtime';
import { expect, it } from 'vitest';
import { loadAccount } from '../../../shared/src/runtime/adapter/account.js';

it('no enterprise has a number that the database cannot hold', async () => {
  const db = { query: () => Promise.reject(new Error('invalid byte sequence for encoding "UTF8": 0x00')) };
  expect(await loadAccount(db as never, 'retailcrm', '0999\0', createSecrets(undefined))).toBeUndefined();
});
