import type { Tenant } from '../../tenants/tenant.js';
import type { CallToShow } from '../callToShow.js';
import { oneLine } from './html.js';
import { displayPhone } from './phone.js';
import { isPlaceholder } from './placeholder.js';

/** `+375 (29) 000-00-01 (Иванов Иван)`, without the brackets when nobody knows the name. */
export function clientOf({ call, clientName }: CallToShow): string {
  const name = clientName === null ? '' : oneLine(clientName);
  return name === '' ? displayPhone(call.party) : `${displayPhone(call.party)} (${name})`;
}

/** `Петров П. П. (150)`, `150` when no name is known; a mobile as a phone. */
export function managerOf(extension: string, tenant: Tenant): string {
  if (extension.startsWith('+')) return displayPhone(extension);
  const name = nameOf(extension, tenant);
  return name === '' ? extension : `${name} (${extension})`;
}

/** Its name, else its id; '' when there is no line. */
export function lineOf(line: string, tenant: Tenant): string {
  const name = oneLine(tenant.lines.get(line)?.name ?? '');
  return name === '' || isPlaceholder(name) ? oneLine(line) : name;
}

function nameOf(extension: string, tenant: Tenant): string {
  const manager = tenant.managers.get(extension);
  if (!manager) return '';
  const [last, first, middle] = [manager.lastName, manager.firstName, manager.middleName]
    .map((part) => oneLine(part))
    .map((part) => (isPlaceholder(part) ? '' : part));
  const name = last ? [last, initial(first), initial(middle)].filter(Boolean).join(' ') : (first ?? '');
  return name.includes(extension) ? '' : name;
}

function initial(name: string | undefined): string {
  const [letter] = name ?? '';
  return letter ? `${letter}.` : '';
}
