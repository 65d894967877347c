import type { CallView, Section } from '@live-calls/shared/contracts';
import { digitsOf, isExtension } from '@live-calls/shared/phone';

export type Config = Section<'moysklad'>;

interface EmployeeReference {
  href: string;
  type: 'employee';
  mediaType: 'application/json';
}

/** Somebody to whom MoySklad can show a card, and whom it can credit. */
export interface Person {
  extension: string;
  /** Absent: MoySklad has to find them by the extension. */
  employee?: EmployeeReference;
}

/**
 * @param number extension, or the mobile of a manager (it counts as the desk that has the same employee in
 *   `employee_mapping`)
 * @returns undefined: a number by which MoySklad knows nobody
 */
export function personAt(config: Config, number: string): Person | undefined {
  const mapped = Object.entries(config.employee_mapping);
  const id = mapped.find(([key]) => digitsOf(key) === digitsOf(number))?.[1].employee_id;
  const extension = isExtension(number) ? number : extensionOfEmployee(config, id);
  if (extension === undefined) return undefined;
  return id !== undefined && isUuid(id) ? { extension, employee: referenceTo(config, id) } : { extension };
}

/** The extension at which an employee sits; undefined when nobody wrote it down. */
export function extensionOfEmployee(config: Config, id: string | undefined): string | undefined {
  const desks = Object.entries(config.employee_mapping).filter(([key]) => isExtension(key));
  return desks.find(([, { employee_id }]) => employee_id.toLowerCase() === id?.toLowerCase())?.[0];
}

/** E.g. `150 (Петров Пётр)`. */
export function nameOf(config: Config, number: string): string {
  const name = config.employee_mapping[number]?.name?.trim() ?? '';
  return name === '' ? number : `${number} (${name})`;
}

/** With whom the client talked last: `talked` names everybody once, also who got the call back after a transfer. */
export function lastTalker({ talked, extension }: CallView): string | undefined {
  return talked.includes(extension) ? extension : talked.at(-1);
}

/** The id at the end of a reference. */
export const idIn = (href: string): string => href.slice(href.lastIndexOf('/') + 1);

export const isUuid = (text: string): boolean => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);

function referenceTo({ api_url }: Config, id: string): EmployeeReference {
  return { href: `${api_url}/entity/employee/${id}`, type: 'employee', mediaType: 'application/json' };
}
