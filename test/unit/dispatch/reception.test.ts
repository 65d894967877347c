import { expect, it } from 'vitest';
import { receptionOf } from '../../../services/core/src/dispatch/reception.js';

it.each([
  [200, { success: true }, 'stored'],
  [200, { status: 'ignored', reason: 'duplicate' }, 'duplicate'],
  [200, { success: false }, 'failed'],
  [200, undefined, 'failed'],
  [404, { detail: 'enterprise not found by token' }, 'stranger'],
  [404, { detail: 'not found' }, 'failed'],
  [404, undefined, 'failed'],
  [422, { detail: 'call.phone: is missing' }, 'refused'],
  [422, undefined, 'refused'],
  [413, { detail: 'the body is larger than 256kb' }, 'refused'],
  [403, { detail: 'from this machine only' }, 'failed'],
  [429, { detail: 'later' }, 'failed'],
  [302, undefined, 'failed'],
  [500, { detail: 'try again later' }, 'failed'],
  [503, undefined, 'failed'],
])('%i with %j is %s', (status, json, kind) => {
  expect(receptionOf({ status, json }).kind).toBe(kind);
});

it('what is wrong is told', () => {
  expect(receptionOf({ status: 422, json: { detail: 'call.phone: is missing' } })).toEqual({
    kind: 'refused',
    detail: 'call.phone: is missing',
  });
  expect(receptionOf({ status: 422, json: { detail: [{ path: 'token' }] } })).toMatchObject({
    detail: '{"detail":[{"path":"token"}]}',
  });
  expect(receptionOf({ status: 403, json: { detail: 'from this machine only' } })).toEqual({
    kind: 'failed',
    reason: 'answered 403 from this machine only',
  });
});
