import type { Cluster } from './cluster.js';
import { startService, type ServiceName } from './processes.js';
import type { Tap } from './tap.js';

/** A process of the product that may die, and the wires that lead to it. */
export interface Part {
  ways: Tap[];
  /** SIGKILL; resolves when it is gone. Before that its wires refuse, as the port of a dead process does. */
  kill(): Promise<void>;
  /** Starts it (again) where it was, as pm2 does; resolves when it is healthy. */
  start(): Promise<void>;
}

/** A service at a port of its own. */
export function servicePart(name: ServiceName, port: number, variables: Record<string, string>): Part {
  let kill = (): Promise<unknown> => Promise.resolve();
  return withWays({
    start: async () => {
      const service = await startService(name, variables, port);
      kill = () => service.kill('SIGKILL');
    },
    kill: async () => {
      await kill();
    },
  });
}

export const databasePart = ({ start, kill }: Cluster): Part => withWays({ start, kill });

function withWays({ start, kill }: Pick<Part, 'start' | 'kill'>): Part {
  const ways: Tap[] = [];
  return {
    ways,
    kill: async () => {
      for (const way of ways) way.refuse();
      await kill();
    },
    start: async () => {
      const started = start();
      await Promise.all(ways.map((way) => way.accept()));
      await started;
    },
  };
}
