import { describe, expect, it } from 'vitest';
import { readIntegrations } from '@live-calls/shared/contracts';
import type { Standing } from '@live-calls/shared/db';
import { readAnswer, readFailure } from '../../../services/integration-cache/src/deliver/adapterAnswer.js';
import { mayGo } from '../../../services/integration-cache/src/deliver/mayGo.js';

const HOUR = 3_600_000;
const ON = readIntegrations({ uon: { enabled: true, api_key: 'made-up-key' } });

const STANDING: Standing = {
  eventAgeMs: 100,
  owedMs: 100,
  isOver: false,
  isCancelled: false,
  hangupError: null,
  isKnown: true,
  failures: 0,
  heldMs: 0,
  isDownSince: false,
};

const go = (
  event_type: 'dial' | 'answer' | 'hangup' | 'cancel' | 'record',
  standing: Partial<Standing> = {},
  { integrations = ON, attempts = 1 }: { integrations?: typeof ON | undefined; attempts?: number } = {},
) => mayGo({ crm: 'uon', delivery: { event_type }, attempts, standing: { ...STANDING, ...standing }, integrations });

describe('a delivery', () => {
  it('goes when nothing is against it', () => {
    for (const type of ['dial', 'answer', 'hangup', 'cancel', 'record'] as const)
      expect(go(type)).toEqual({ kind: 'go' });
  });

  it('of a card is dropped when the call is over or five minutes old, even while the CRM is held', () => {
    expect(go('dial', { isOver: true, heldMs: 1000 })).toEqual({ kind: 'done', note: 'dropped' });
    expect(go('answer', { eventAgeMs: 301_000 })).toEqual({ kind: 'done', note: 'dropped' });
    expect(go('hangup', { isOver: true, eventAgeMs: 301_000 })).toEqual({ kind: 'go' });
  });

  it('of a card is dropped when the call was taken back; that itself only when the call is over', () => {
    expect(go('dial', { isCancelled: true })).toEqual({ kind: 'done', note: 'dropped' });
    expect(go('answer', { isCancelled: true })).toEqual({ kind: 'done', note: 'dropped' });
    expect(go('cancel', { isCancelled: true, eventAgeMs: 3_600_000 })).toEqual({ kind: 'go' });
    expect(go('cancel', { isCancelled: true, isOver: true })).toEqual({ kind: 'done', note: 'dropped' });
    expect(go('hangup', { isCancelled: true, isOver: true })).toEqual({ kind: 'go' });
  });

  it('of a card ends when the CRM was switched off, of a call it is dead, as when the section cannot be read', () => {
    for (const type of ['dial', 'answer', 'cancel'] as const)
      expect(go(type, {}, { integrations: readIntegrations({}) })).toEqual({ kind: 'done', note: 'disabled' });
    for (const type of ['hangup', 'record'] as const) {
      const missed = go(type, {}, { integrations: readIntegrations({}) });
      expect(missed).toMatchObject({ kind: 'dead', alarm: { kind: 'configuration' } });
      expect(missed).toHaveProperty('error', expect.stringMatching(/^configuration: .*switched off.*Включите/));
    }
    const broken = go('hangup', {}, { integrations: readIntegrations({ uon: { enabled: true } }) });
    expect(broken).toMatchObject({ kind: 'dead', alarm: { kind: 'configuration' } });
    expect(broken).toHaveProperty('error', expect.stringMatching(/^configuration: section uon: .*Исправьте/));
  });

  it('of a recording dies with its call', () => {
    expect(go('record', { hangupError: 'rejected: no' })).toEqual({ kind: 'dead', error: 'rejected: no' });
  });

  it('waits while the CRM is held, until it is given up', () => {
    expect(go('hangup', { heldMs: 5000 })).toEqual({ kind: 'wait', heldMs: 5000 });
    expect(go('hangup', { heldMs: 5000, owedMs: 71 * HOUR, isDownSince: true }).kind).toBe('wait');
    expect(go('hangup', { heldMs: 5000, owedMs: 73 * HOUR }, { attempts: 12 }).kind).toBe('wait');
    expect(go('hangup', { heldMs: 5000, owedMs: 73 * HOUR }, { attempts: 13 }).kind).toBe('dead');
    expect(go('hangup', { heldMs: 5000, owedMs: 73 * HOUR, isDownSince: true }).kind).toBe('dead');
  });

  it('looks again soon while somebody may be trying the CRM out', () => {
    expect(go('hangup', { heldMs: 40_000, failures: 5 })).toEqual({ kind: 'wait', heldMs: 5000 });
    expect(go('hangup', { heldMs: 200_000, failures: 5 })).toEqual({ kind: 'wait', heldMs: 200_000 });
    expect(go('hangup', { heldMs: 40_000 })).toEqual({ kind: 'wait', heldMs: 40_000 });
  });

  it('tries the CRM out when its breaker is open and the wait is over', () => {
    expect(go('hangup', { failures: 5 })).toEqual({ kind: 'probe' });
    expect(go('hangup', { failures: 4 })).toEqual({ kind: 'go' });
  });
});

describe('an answer', () => {
  it('of an adapter is its outcome, whatever the status', () => {
    expect(readAnswer(200, '{"outcome":"done"}')).toEqual({ kind: 'outcome', outcome: { outcome: 'done', notes: [] } });
    expect(readAnswer(503, '{"outcome":"retry","kind":"unavailable","error":"x"}')).toMatchObject({ kind: 'outcome' });
  });

  it('about one delivery says nothing of the CRM', () => {
    const told = { outcome: 'retry', kind: 'limited', error: 'x', retry_after_ms: 5000, only_this: true };
    expect(readAnswer(503, JSON.stringify(told))).toEqual({ kind: 'notYet', reason: 'x', afterMs: 5000 });
  });

  it('of something else is none of an adapter', () => {
    expect(readAnswer(502, '<html>')).toEqual({ kind: 'away', reason: 'it answered 502' });
    expect(readAnswer(404, '{"detail":"not found"}').kind).toBe('away');
    expect(readAnswer(403, '{"detail":"not allowed"}').kind).toBe('away');
    expect(readAnswer(200, '[]').kind).toBe('away');
  });

  it('without an outcome says what is wrong', () => {
    expect(readAnswer(404, '{"detail":"enterprise not found"}')).toEqual({ kind: 'gone' });
    expect(readAnswer(400, '{"detail":"call: missing"}')).toEqual({
      kind: 'refused',
      reason: 'the adapter answered 400: call: missing',
    });
  });

  it('that never came tells whether anything was sent', () => {
    const failed = (code: string): Error =>
      new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
    expect(readFailure(failed('ECONNREFUSED'))).toEqual({ kind: 'away', reason: 'ECONNREFUSED' });
    expect(readFailure(failed('UND_ERR_SOCKET')).kind).toBe('lost');
    expect(readFailure(new TypeError('fetch failed', { cause: new Error('bad port') }))).toEqual({
      kind: 'lost',
      reason: 'the adapter went away (bad port)',
    });
    expect(readFailure(new DOMException('too late', 'TimeoutError'))).toEqual({ kind: 'late' });
  });
});
