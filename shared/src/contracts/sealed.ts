const PREFIX = 'enc:v1:';

/** Whether a stored secret is encrypted: `enc:v1:<base64url>`. Whatever else is stored is the secret itself. */
export const isSealed = (stored: string): boolean => stored.startsWith(PREFIX);

export const sealedText = (sealed: string): string => PREFIX + sealed;

/** What is behind the prefix. */
export const sealedPart = (stored: string): string => stored.slice(PREFIX.length);
