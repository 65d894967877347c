import { z } from 'zod';

/** What a CRM knows of the owner of a phone. */
export const ClientProfile = z.object({
  last_name: z.string().nullable(),
  first_name: z.string().nullable(),
  middle_name: z.string().nullable(),
  /** The company. */
  enterprise_name: z.string().nullable(),
  /** Of the manager who is responsible for the client. */
  extension: z.string().nullable(),
});
export type ClientProfile = z.infer<typeof ClientProfile>;

/** Company, else "Фамилия Имя Отчество"; null when none of it is known. */
export function displayName(profile: Partial<Omit<ClientProfile, 'extension'>> | undefined): string | null {
  const { enterprise_name, last_name, first_name, middle_name } = profile ?? {};
  const fullName = [last_name, first_name, middle_name].flatMap((part) => known(part) ?? []).join(' ');
  return known(enterprise_name) ?? known(fullName);
}

function known(name: string | null | undefined): string | null {
  const trimmed = name?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}
