import type { ClientProfile } from '@live-calls/shared/contracts';
import type { FoundEntity, Item, Kind } from './answers.js';
import { extensionOf, type Settings } from './users.js';

/** An entity with what `crm.item.get` says of it, when it could be asked. */
export interface Found extends FoundEntity {
  item?: Item;
}

export const ENTITY_TYPE_IDS: Readonly<Record<Kind, number>> = { LEAD: 1, CONTACT: 3, COMPANY: 4 };

/** Whom a phone is rather taken for, the best first. */
export const DUPLICATE_KINDS: readonly Kind[] = ['CONTACT', 'COMPANY', 'LEAD'];

/**
 * @param first whose responsible manager counts: the portal knows which of several entities matters most
 * @param person a contact or a lead
 */
export function profileOf(
  settings: Settings,
  first: FoundEntity | undefined,
  person: Found | undefined,
  company: Found | undefined,
): ClientProfile {
  const item = person?.item;
  const isNamed = item !== undefined && [item.lastName, item.name, item.secondName].some((part) => part !== null);
  const names = isNamed
    ? { last_name: item.lastName, first_name: item.name, middle_name: item.secondName }
    : { last_name: person?.name ?? null, first_name: null, middle_name: null };
  const responsible = [first, person, company]
    .filter((each) => each !== undefined)
    .find(({ assignedTo, extension }) => assignedTo !== null || extension !== null);
  const userId = responsible?.assignedTo ?? item?.assignedById ?? company?.item?.assignedById ?? '';
  return {
    ...names,
    enterprise_name: company?.name ?? company?.item?.title ?? item?.companyTitle ?? null,
    extension: extensionOf(settings, userId) ?? responsible?.extension ?? null,
  };
}

/**
 * A phone as people type it in: the search by number compares it as it stands in the card.
 *
 * @param phone E.164
 */
export function spellingsOf(phone: string): string[] {
  const digits = phone.slice(1);
  const national = /^\+375(\d{9})$/.exec(phone)?.[1];
  if (national !== undefined) return [phone, digits, `80${national}`, national];
  const russian = /^\+7(\d{10})$/.exec(phone)?.[1];
  return russian === undefined ? [phone, digits] : [phone, digits, `8${russian}`, russian];
}
