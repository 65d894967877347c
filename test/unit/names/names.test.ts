import type { Customer } from '@live-calls/shared/db';
import { describe, expect, it } from 'vitest';
import { clientNameOf } from '../../../services/core/src/names/clientName.js';
import { unaskedOf, type KnownCall } from '../../../services/core/src/names/unasked.js';
import { sampleShown } from '../notify/sample.js';

const NOBODY = { last_name: null, first_name: null, middle_name: null, enterprise_name: null };

const customer = (changed: Partial<Customer> = {}): Customer => ({
  ...NOBODY,
  total_in: 0,
  last_call_at: null,
  last_call_answered: null,
  last_call_extension: null,
  profile: null,
  profile_age_ms: null,
  ...changed,
});

const profile = (changed: Partial<NonNullable<Customer['profile']>>): Customer['profile'] => ({
  ...NOBODY,
  extension: null,
  ...changed,
});

describe('the name of a client', () => {
  it.each([
    ['nobody', customer(), null],
    ['our own record', customer({ last_name: 'Иванов', first_name: 'Иван' }), 'Иванов Иван'],
    ['a company before a person', customer({ last_name: 'Иванов', enterprise_name: 'ООО «Ромашка»' }), 'ООО «Ромашка»'],
    [
      "the CRM's word before ours",
      customer({ enterprise_name: 'Old', profile: profile({ last_name: 'Петров', first_name: 'Пётр' }) }),
      'Петров Пётр',
    ],
    [
      'ours when the CRM has no name',
      customer({ last_name: 'Иванов', profile: profile({ first_name: ' ' }) }),
      'Иванов',
    ],
    ['no placeholder', customer({ last_name: 'None', first_name: 'None', enterprise_name: 'Неизвестный' }), null],
    [
      'not the phone',
      customer({ last_name: 'Иванов', profile: profile({ first_name: '+375 29 000-00-01' }) }),
      'Иванов',
    ],
  ])('is %s', (_what, known, name) => {
    expect(clientNameOf(known)).toBe(name);
  });
});

describe('a CRM is asked', () => {
  const HOUR = 3_600_000;
  const known = (changed: Partial<KnownCall> = {}): KnownCall => ({
    shown: sampleShown(),
    phone: '+375290000001',
    profileAgeMs: null,
    ...changed,
  });
  const isAsked = (changed: Partial<KnownCall>): boolean =>
    unaskedOf({ primaryCrm: 'retailcrm' }, [known(changed)]).length === 1;

  it.each([
    ['when it has never said anything', {}, true],
    ['when what it said is old', { profileAgeMs: HOUR + 1 }, true],
    ['not when what it said is fresh', { profileAgeMs: HOUR - 1 }, false],
    ['not of internal calls and unknown phones', { phone: '' }, false],
    ['not of calls that were taken back', { shown: sampleShown({}, { retracted: true }) }, false],
  ])('%s', (_when, changed, expected) => {
    expect(isAsked(changed)).toBe(expected);
  });

  it('never when the tenant has none to ask', () => {
    expect(unaskedOf({ primaryCrm: null }, [known()])).toEqual([]);
  });
});
