/** Something that the page shows is not what it was: a chat, a CRM, or (without a name) everything. */
export interface Change {
  chat_id?: number | string;
  crm?: string;
}

export interface Changes {
  publish(change: Change): void;
  /** @returns the way to stop listening */
  subscribe(listener: (change: Change) => void): () => void;
}

/** Tells whoever watches that there is something new to read; what it is, they read themselves. */
export function createChanges(): Changes {
  const listeners = new Set<(change: Change) => void>();
  return {
    publish: (change) => {
      for (const listener of listeners) listener(change);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
