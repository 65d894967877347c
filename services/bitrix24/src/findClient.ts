import type { ClientProfile } from '@live-calls/shared/contracts';
import { CrmError, type CrmContext } from '@live-calls/shared/runtime';
import { Duplicates, FoundEntities, Item, type FoundEntity } from './answers.js';
import type { Portal } from './client.js';
import { DUPLICATE_KINDS, ENTITY_TYPE_IDS, profileOf, spellingsOf, type Found } from './profile.js';

/**
 * Asks the portal who has a phone, and for the parts of the name: of those it tells the whole only, in an order of its
 * own.
 *
 * @param phone E.164
 */
export async function findClient(
  { config }: CrmContext<'bitrix24'>,
  portal: Portal,
  phone: string,
): Promise<ClientProfile | null> {
  const known = await portal.call('telephony.externalCall.searchCrmEntities', { PHONE_NUMBER: phone }, FoundEntities);
  const entities = known.length > 0 ? known : await findDuplicates(portal, phone);
  if (entities.length === 0) return null;
  const person = entities.find(({ kind }) => kind === 'CONTACT') ?? entities.find(({ kind }) => kind === 'LEAD');
  const company = entities.find(({ kind }) => kind === 'COMPANY');
  // A company's name is known, unless it was found by the number's spelling.
  const isNamed = typeof company?.name === 'string';
  const [ofPerson, ofCompany] = await Promise.all([
    person && withItem(portal, person),
    isNamed ? company : company && withItem(portal, company),
  ]);
  return profileOf(config, entities[0], ofPerson, ofCompany);
}

/** Numbers as they were typed in, which the search of telephony may miss. Without the right to CRM there are none. */
async function findDuplicates(portal: Portal, phone: string): Promise<FoundEntity[]> {
  const parameters = { type: 'PHONE', values: spellingsOf(phone) };
  const found = await unlessForbidden(() => portal.call('crm.duplicate.findbycomm', parameters, Duplicates));
  return DUPLICATE_KINDS.flatMap((kind) => {
    const id = found?.[kind]?.find((each) => each !== null);
    return typeof id === 'string' ? [{ kind, id, name: null, assignedTo: null, extension: null }] : [];
  });
}

async function withItem(portal: Portal, entity: FoundEntity): Promise<Found> {
  const parameters = { entityTypeId: ENTITY_TYPE_IDS[entity.kind], id: Number(entity.id) };
  const answer = await unlessForbidden(() => portal.call('crm.item.get', parameters, Item));
  return { ...entity, ...(answer === undefined ? {} : { item: answer.item }) };
}

/** @returns undefined: the webhook may not ask this, or the entity is gone. The search of telephony has answered all the same */
async function unlessForbidden<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof CrmError && ['configuration', 'rejected'].includes(error.facts.kind)) return undefined;
    throw error;
  }
}
