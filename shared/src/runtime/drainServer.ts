import type { Server } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';

/** Less than what pm2 waits before it kills (kill_timeout in ecosystem.config.js). */
const DRAIN_TIMEOUT_MS = 10_000;

/** Where new connections never stop, the port is closed all the same. */
const ACCEPT_TIMEOUT_MS = 2_000;

/** In a longer turn somebody may have connected after the process looked who has. */
const SHORT_TURN_MS = 0.5;

/** Stops accepting, lets requests in flight finish (for at most 10 s) and resolves when no connection is left. */
export async function drainServer(server: Server): Promise<void> {
  await untilAllAccepted(server);
  // Connections that are kept alive become idle one by one; each would hold the server open until its own timeout.
  const idle = setInterval(() => {
    server.closeIdleConnections();
  }, 50);
  const tooLong = setTimeout(() => {
    server.closeAllConnections();
  }, DRAIN_TIMEOUT_MS);
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  clearInterval(idle);
  clearTimeout(tooLong);
}

/**
 * Closing the port resets every connection that waits to be accepted, the request in it included, and one is accepted in
 * a turn of the event loop: a busy process has many that wait. None does after a short turn without a new one.
 */
async function untilAllAccepted(server: Server): Promise<void> {
  let accepted = 0;
  const note = (): void => {
    accepted += 1;
  };
  server.on('connection', note);
  const end = performance.now() + ACCEPT_TIMEOUT_MS;
  // The first turn has begun already.
  await turn();
  let begun = performance.now();
  for (let isQuiet = false; !isQuiet && begun < end;) {
    const before = accepted;
    await turn();
    const now = performance.now();
    isQuiet = accepted === before && now - begun < SHORT_TURN_MS;
    begun = now;
  }
  server.off('connection', note);
}
