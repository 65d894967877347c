import type { CrmAdapter } from '@live-calls/shared/runtime';
import { checkAccount } from './check.js';
import { createClient } from './client.js';
import { rememberEnd, rememberTalk } from './course.js';
import { createManagers, type Managers } from './managers.js';
import { profileOf } from './mapping.js';
import { notify } from './notify.js';
import { findOwner } from './owner.js';
import { writeDown } from './writeDown.js';

/**
 * U-ON: a notification to each manager who rings, one entry in the journal at the end. U-ON recognises no repetition,
 * and a notification cannot be taken back: it goes by itself.
 */
export function createAdapter(managers: Managers = createManagers()): CrmAdapter<'uon'> {
  return {
    crm: 'uon',
    ringing: (context) => notify(context, managers),
    answered: ({ ledger }) => rememberTalk(ledger),
    ended: (context) => writeDown(context, managers),
    cancelled: ({ ledger }) => rememberEnd(ledger),
    findClient: async (context, phone) => {
      const owner = await findOwner(context, createClient(context), phone);
      if (owner === undefined) return null;
      const { manager_id: id } = owner;
      return profileOf(owner, id === null ? null : await managers.extensionOf(context, id));
    },
    check: checkAccount,
  };
}
