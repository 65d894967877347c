import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import chromiumPackage, { inflate } from '@sparticuz/chromium';
import { chromium, type Browser } from 'playwright-core';

const require = createRequire(import.meta.url);
const PACKAGE = join(dirname(require.resolve('@sparticuz/chromium')), '..', '..');
const { version } = require(join(PACKAGE, 'package.json')) as { version: string };

/**
 * A real browser, without anything that the system would have to bring: the package holds Chromium compressed, and the
 * libraries it needs where the system lacks them.
 */
export async function launchBrowser(): Promise<Browser> {
  const unpacked = join(tmpdir(), `live-calls-chromium-${version}`);
  await unpackOnce(unpacked);
  return chromium.launch({
    executablePath: join(unpacked, 'chromium'),
    // Containers run as root and have no GPU; neither the sandbox nor the zygote works there.
    args: ['--no-sandbox', '--no-zygote', '--disable-gpu', '--disable-dev-shm-usage'],
    env: { ...process.env, LD_LIBRARY_PATH: join(unpacked, 'al2023', 'lib') },
  });
}

/** Several test processes may come at once: each unpacks beside, the first one to be ready moves its copy into place. */
async function unpackOnce(directory: string): Promise<void> {
  if (existsSync(directory)) return;
  const beside = await mkdtemp(`${directory}-`);
  const { TMPDIR } = process.env;
  process.env['TMPDIR'] = beside; // the package unpacks to the directory for temporary files
  try {
    await chromiumPackage.executablePath();
    await inflate(join(PACKAGE, 'bin', 'al2023.tar.br'));
  } finally {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
  }
  await rename(beside, directory).catch(() => rm(beside, { recursive: true, force: true }));
}
