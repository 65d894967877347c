import { createBitrix24 } from '../bitrix24/bitrix24.js';
import { createMoysklad } from '../moysklad/moysklad.js';
import { createRetailcrm } from '../retailcrm/retailcrm.js';
import { createUon } from '../uon/uon.js';
import type { Crm } from './crm.js';
import { createJournal } from './journal.js';
import { createLimits } from './limits.js';
import type { CrmName } from './names.js';
import type { CrmSandbox } from './serve.js';

const CRMS: Readonly<Record<CrmName, () => Crm>> = {
  retailcrm: createRetailcrm,
  moysklad: createMoysklad,
  uon: createUon,
  bitrix24: createBitrix24,
};

export type CrmSandboxes = Readonly<Record<CrmName, CrmSandbox>>;

/** @param now Unix milliseconds */
export function createCrmSandboxes(now: () => number): CrmSandboxes {
  const create = (name: CrmName): CrmSandbox => ({
    crm: CRMS[name](),
    journal: createJournal(),
    limits: createLimits(now),
  });
  return {
    retailcrm: create('retailcrm'),
    moysklad: create('moysklad'),
    uon: create('uon'),
    bitrix24: create('bitrix24'),
  };
}

/** Forgets everything that was sent; the made-up customers and managers stay. */
export function clearCrm({ crm, journal, limits }: CrmSandbox): void {
  crm.clear();
  journal.clear();
  limits.turn(false);
}
