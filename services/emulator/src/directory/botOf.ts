import { SecretUnreadable, type Secrets } from '@live-calls/shared/runtime';

/** The number of the bot that a stored token is of; undefined for what is no token, or cannot be read. */
export function botOf(secrets: Secrets, stored: string | null): number | undefined {
  try {
    const number = /^(\d{1,15}):/.exec(secrets.open(stored ?? ''))?.[1];
    return number === undefined ? undefined : Number(number);
  } catch (error) {
    if (error instanceof SecretUnreadable) return undefined;
    throw error;
  }
}
