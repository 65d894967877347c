import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../runtime/root.js';
import type { App } from './apps.js';

/** Whether the app's program or configuration is newer than `startedAt` (Unix time in ms), so that it has to restart. */
export function builtAfter(app: App, startedAt: number): boolean {
  const files = [join(ROOT, '.env'), join(ROOT, 'ecosystem.config.js')];
  for (const directory of [join(ROOT, 'shared/dist'), dirname(app.script)]) {
    const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
    files.push(...names.filter((name) => name.endsWith('.js')).map((name) => join(directory, name)));
  }
  return files.some((file) => (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) > startedAt);
}
