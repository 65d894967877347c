import { createServer, type RequestListener, type Server } from 'node:http';

const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  // Node looks for whoever is too slow every 30 s unless it is told otherwise.
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16_384,
};

/** The services of one machine, many times over. */
const MAX_CONNECTIONS = 2_000;

/** A server for services of this product: whoever holds connections open, or sends slowly, does not use it up. */
export function createInternalServer(listener: RequestListener): Server {
  const server = createServer(LIMITS, listener);
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}
