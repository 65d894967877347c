import type { Server } from 'node:http';
import { networkOf } from '../ingest/networkOf.js';

export interface ConnectionLimits {
  inAll: number;
  /** Hundreds of hosts with a connection each may share a NAT. */
  perSource: number;
}

/** Ends connections beyond the limits at once: nobody can use all of them up alone. */
export function limitConnections(server: Server, { inAll, perSource }: ConnectionLimits): void {
  const open = new Map<string, number>();
  server.maxConnections = inAll;
  server.on('connection', (socket) => {
    const source = networkOf(socket.remoteAddress);
    const before = open.get(source) ?? 0;
    if (before >= perSource) {
      socket.destroy();
      return;
    }
    open.set(source, before + 1);
    socket.once('close', () => {
      const left = (open.get(source) ?? 1) - 1;
      if (left === 0) open.delete(source);
      else open.set(source, left);
    });
  });
}
