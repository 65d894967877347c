/** How long what has to come is waited for: it only keeps a broken test from hanging, however busy the machine is. ms */
export const PATIENCE_MS = 240_000;

/** The same for `vi.waitFor`, `vi.waitUntil` and `expect.poll`. */
export const PATIENCE = { timeout: PATIENCE_MS, interval: 20 };
