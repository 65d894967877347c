import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './freePort.js';

/** The product as somebody has installed it: in a directory of its own, on ports of its own, with a pm2 of its own. */
export interface Installation {
  directory: string;
  /** `text` with the product's usual ports replaced by this installation's. */
  here(text: string): string;
  /** Runs a command of the shell in the directory; one that does not end by itself until its output is `enough`. */
  run(command: string, options?: { input?: string; enough?: RegExp }): Promise<Ran>;
  /** As `run`. @throws with what it said when it fails */
  must(command: string, input?: string): Promise<string>;
  /** Ends everything that runs there. */
  remove(): Promise<void>;
}

export interface Ran {
  /** null: it did not end by itself. */
  code: number | null;
  output: string;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const PORTS: Readonly<Record<string, string>> = {
  CORE_PORT: '8000',
  RETAILCRM_PORT: '8019',
  INTEGRATION_CACHE_PORT: '8020',
  UON_PORT: '8022',
  MOYSKLAD_PORT: '8023',
  BITRIX24_PORT: '8024',
  EMULATOR_PORT: '8025',
  POSTGRES_PORT: '8032',
};

const LONGEST_MS = 240_000;

/** Sources, programs and dependencies, as after `npm ci && npm run build`; nothing runs yet. */
export async function install(): Promise<Installation> {
  const directory = await mkdtemp(join(tmpdir(), 'live-calls-'));
  copyProduct(directory);
  const ports = new Map<string, string>();
  for (const [variable, usual] of Object.entries(PORTS)) {
    const port = String(await freePort());
    ports.set(usual, port);
    writeFileSync(join(directory, '.env'), `${variable}=${port}\n`, { flag: 'a' });
  }
  // Nothing of this test's own environment: a pm2 in HOME would be the user's.
  const env = {
    PATH: process.env['PATH'],
    HOME: join(directory, 'home'),
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    TERM: 'xterm',
  };
  mkdirSync(env.HOME);
  const here = (text: string): string =>
    text.replace(/(?<=127\.0\.0\.1:)80\d\d\b/g, (usual) => ports.get(usual) ?? usual);

  const run: Installation['run'] = async (command, { input = '', enough } = {}) => {
    // A group of its own: what does not end by itself is ended with everything that it has started.
    const child = spawn('bash', ['-c', command], { cwd: directory, env, detached: true });
    let output = '';
    const end = (): unknown => child.exitCode ?? process.kill(-(child.pid ?? NaN), 'SIGTERM');
    const hear = (data: Buffer): void => {
      output += data.toString();
      if (enough?.test(output) === true) end();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const tooLong = setTimeout(end, LONGEST_MS);
    // Not its output's end: what it leaves running, such as pm2, may hold that open.
    await once(child, 'exit');
    await setImmediate();
    clearTimeout(tooLong);
    return { code: child.exitCode, output };
  };
  const must: Installation['must'] = async (command, input = '') => {
    const { code, output } = await run(command, { input });
    if (code !== 0) throw new Error(`${command} ended with ${String(code)}: ${output}`);
    return output;
  };
  return {
    directory,
    here,
    run,
    must,
    remove: async () => {
      await run('npm stop; npx pm2 kill');
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function copyProduct(directory: string): void {
  const files = [
    'package.json',
    'tsconfig.json',
    'tsconfig.base.json',
    'ecosystem.config.js',
    'shared',
    'services',
    'docs',
  ];
  for (const name of files) {
    cpSync(join(ROOT, name), join(directory, name), {
      recursive: true,
      preserveTimestamps: true,
      filter: (source) => basename(source) !== 'node_modules',
    });
  }
  const modules = join(directory, 'node_modules');
  mkdirSync(join(modules, '@live-calls'), { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name !== '@live-calls') symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  const workspaces = ['shared', ...readdirSync(join(ROOT, 'services')).map((name) => `services/${name}`)];
  for (const workspace of workspaces) {
    symlinkSync(join(directory, workspace), join(modules, '@live-calls', basename(workspace)));
    if (readdirSync(join(ROOT, workspace)).includes('node_modules')) {
      symlinkSync(join(ROOT, workspace, 'node_modules'), join(directory, workspace, 'node_modules'));
    }
  }
}
