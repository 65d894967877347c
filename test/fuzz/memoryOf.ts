import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Fleet, ServiceName } from './fleet.js';

/** Resident memory of each service, MB. */
export async function memoryOf({ services }: Fleet): Promise<Map<ServiceName, number>> {
  const measured = [...services].map(async ([name, { pid }]): Promise<[ServiceName, number]> => {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
    return [name, Math.round(Number(stdout) / 1024)];
  });
  return new Map(await Promise.all(measured));
}
