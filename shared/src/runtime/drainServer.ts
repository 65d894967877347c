import type { Server } from 'node:http';

/** Less than what pm2 waits before it kills (kill_timeout in ecosystem.config.js). */
const DRAIN_TIMEOUT_MS = 10_000;

/** Stops accepting, lets requests in flight finish (for at most 10 s) and resolves when no connection is left. */
export async function drainServer(server: Server): Promise<void> {
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
