import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { isSealed, sealedPart, sealedText } from '../../contracts/index.js';

/** Keys and tokens as they are stored. */
export interface Secrets {
  /** There is a key: what is stored from now on is encrypted. */
  readonly hasKey: boolean;
  /** The text to store; without a key, and for what is encrypted or empty, the text itself. */
  seal(secret: string): string;
  /** The secret of a stored text; what is not encrypted is the secret itself. @throws SecretUnreadable */
  open(stored: string): string;
}

/** A stored secret that the key at hand does not open. Neither the message nor a cause holds any of it. */
export class SecretUnreadable extends Error {
  override name = 'SecretUnreadable';
}

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM. The nonce comes from the secret itself, so that equal secrets are equal when they are stored: SQL groups
 * and compares bot tokens. Whose secret it is does not go in: an enterprise may be renumbered.
 *
 * @param key SECRETS_KEY; undefined: nothing is encrypted, and what is cannot be read
 */
export function createSecrets(key: string | undefined): Secrets {
  if (key === undefined) return WITHOUT_KEY;
  const cipherKey = derive(key, 'secrets: encryption');
  const nonceKey = derive(key, 'secrets: nonces');

  return {
    hasKey: true,
    seal(secret) {
      if (secret === '' || isSealed(secret)) return secret;
      const nonce = createHmac('sha256', nonceKey).update(secret).digest().subarray(0, NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, cipherKey, nonce);
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return sealedText(Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url'));
    },
    open(stored) {
      if (!isSealed(stored)) return stored;
      const bytes = Buffer.from(sealedPart(stored), 'base64url');
      try {
        const decipher = createDecipheriv(CIPHER, cipherKey, bytes.subarray(0, NONCE_BYTES), {
          authTagLength: TAG_BYTES,
        });
        decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        const text = [decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()];
        return Buffer.concat(text).toString('utf8');
      } catch {
        throw new SecretUnreadable('it was encrypted with another SECRETS_KEY, or is damaged');
      }
    },
  };
}

const WITHOUT_KEY: Secrets = {
  hasKey: false,
  seal: (secret) => secret,
  open(stored) {
    if (!isSealed(stored)) return stored;
    throw new SecretUnreadable('it is encrypted, and SECRETS_KEY is not set');
  },
};

/** Any long random text is a key; both uses get 32 bytes of their own from it. */
const derive = (key: string, purpose: string): Buffer => Buffer.from(hkdfSync('sha256', key, '', purpose, 32));
