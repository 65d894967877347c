import type { Section } from '@live-calls/shared/contracts';
import { isExtension } from '@live-calls/shared/phone';

export type Settings = Section<'bitrix24'>;

/** How methods of telephony name a user of the portal. */
export type User = { USER_ID: number } | { USER_PHONE_INNER: string };

/** @param extension of a manager, or a mobile (`+…`) */
export function userIdOf({ user_extensions }: Settings, extension: string): number | undefined {
  const entry = Object.entries(user_extensions).find(
    ([id, each]) => /^\d+$/.test(id) && withoutPlus(each) === withoutPlus(extension),
  );
  return entry === undefined ? undefined : Number(entry[0]);
}

/** Users of those who have one, each once. */
export function userIdsOf(settings: Settings, extensions: readonly string[]): number[] {
  return [...new Set(extensions.flatMap((extension) => userIdOf(settings, extension) ?? []))];
}

export function extensionOf({ user_extensions }: Settings, userId: string): string | undefined {
  const extension = user_extensions[userId]?.trim() ?? '';
  return extension === '' ? undefined : extension;
}

/**
 * The first of them who is a user of the portal; else the one who stands for all others; else the first by extension,
 * which the portal may know itself.
 */
export function userOf(settings: Settings, extensions: readonly string[]): User | undefined {
  const [known] = userIdsOf(settings, extensions);
  const userId = known ?? settings.default_user_id ?? undefined;
  if (userId !== undefined) return { USER_ID: userId };
  const extension = extensions.find(isExtension);
  return extension === undefined ? undefined : { USER_PHONE_INNER: extension };
}

const withoutPlus = (number: string): string => number.trim().replace(/^\+/, '');
