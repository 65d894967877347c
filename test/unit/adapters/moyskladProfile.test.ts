import { describe, expect, it, test } from 'vitest';
import { profileOf } from '../../../services/moysklad/src/profile.js';
import { Counterparty } from '../../../services/moysklad/src/shapes.js';
import { configured } from './moyskladCall.js';

const EMPLOYEE = 'https://api.moysklad.ru/api/remap/1.2/entity/employee/00000000-0000-4000-8e00-000000000002';
const row = (changes: object): Counterparty => Counterparty.parse({ id: 'x', name: 'ООО Ромашка', ...changes });
const profile = (changes: object, phone = '+375290000001', country = 'BY') =>
  profileOf(row(changes), phone, country, configured());

describe('the phone of a counterparty', () => {
  test.each([
    ['+375 29 000-00-01', '+375290000001', 'BY'],
    ['375290000001', '+375290000001', 'BY'],
    ['8 (029) 000-00-01', '+375290000001', 'BY'],
    ['офис +7 495 331 22 33, +375290000001', '+375290000001', 'BY'],
    ['+7 495 331 22 33 доб. 12', '+74953312233', 'RU'],
    ['8 495 331-22-33', '+74953312233', 'BY'],
    ['4953312233', '+74953312233', 'RU'],
  ])('%s is %s', (stored, phone, country) => {
    expect(profile({ phone: stored }, phone, country)).toMatchObject({ enterprise_name: 'ООО Ромашка' });
  });

  test.each(['+375 29 000-00-02', '290000002', '0001', '', null, undefined])('%s is somebody else', (stored) => {
    expect(profile({ phone: stored })).toBeUndefined();
  });
});

describe('the name', () => {
  const phone = '+375290000001';

  it('of a company is its own and that of the contact person', () => {
    const contactpersons = {
      rows: [
        { name: 'Петров Пётр', phone: '+375290000002' },
        { name: 'Иванов Иван Иванович', phone },
      ],
    };
    expect(profile({ companyType: 'legal', contactpersons })).toEqual({
      last_name: 'Иванов',
      first_name: 'Иван',
      middle_name: 'Иванович',
      enterprise_name: 'ООО Ромашка',
      extension: null,
    });
    expect(profile({ companyType: 'legal', phone, legalLastName: 'Петров' })).toMatchObject({ last_name: null });
  });

  it('of a person is no company', () => {
    const fields = { legalLastName: 'Иванов', legalFirstName: 'Иван', legalMiddleName: ' ' };
    expect(profile({ companyType: 'individual', phone, name: 'Ваня', ...fields })).toMatchObject({
      ...{ last_name: 'Иванов', first_name: 'Иван', middle_name: null, enterprise_name: null },
    });
    expect(profile({ companyType: 'individual', phone, name: 'Иванов Иван Иванович оглы' })).toMatchObject({
      ...{ last_name: 'Иванов', first_name: 'Иван', middle_name: 'Иванович оглы', enterprise_name: null },
    });
  });

  it('of an entrepreneur is both', () => {
    const entrepreneur = { companyType: 'entrepreneur', phone, name: 'ИП Иванов', legalLastName: 'Иванов' };
    expect(profile(entrepreneur)).toMatchObject({ last_name: 'Иванов', enterprise_name: 'ИП Иванов' });
  });
});

describe('the manager', () => {
  it('is the owner, by the settings', () => {
    const owned = { phone: '+375290000001', owner: { meta: { href: EMPLOYEE } } };
    expect(profile(owned)?.extension).toBe('151');
    expect(profileOf(row(owned), '+375290000001', 'BY', configured({ employee_mapping: {} }))?.extension).toBeNull();
  });
});
