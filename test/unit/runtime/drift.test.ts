import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readConfig, settings } from '@live-calls/shared/runtime';
import { missingPlaces, runnable } from '../../harness/placesOfServices.js';

const ROOT = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
const names = Object.keys(settings).sort();

describe('what is written about the configuration', () => {
  it('.env.example lists every variable', () => {
    const listed = [...read('.env.example').matchAll(/^# ([A-Z0-9_]+)=/gm)].map(([, name]) => name);
    expect(listed.sort()).toEqual(names);
  });

  it('.env.example shows values that are accepted, and the defaults', () => {
    const shown = [...read('.env.example').matchAll(/^# ([A-Z0-9_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]);
    const values = Object.fromEntries(shown) as Record<string, string>;
    const { DATABASE_URL } = values;
    const schema = z.object(settings);
    const defaults: Record<string, unknown> = readConfig(schema, { DATABASE_URL });
    const examples = readConfig(schema, values) as Record<string, unknown>;
    for (const [name, value] of Object.entries(values)) {
      expect(examples[name], name).toEqual(name in defaults ? defaults[name] : value);
    }
  });

  it('README.md describes every variable', () => {
    const described = [...read('README.md').matchAll(/^\| `([A-Z0-9_]+)`/gm)].map(([, name]) => name);
    expect(described.sort()).toEqual(names);
  });
});

const { apps } = createRequire(import.meta.url)('../../../ecosystem.config.js') as {
  apps: { name: string; kill_timeout: number }[];
};
const running = apps.map(({ name }) => name).filter((name) => name !== 'postgres');

describe('the services', () => {
  it('that npm start runs are those that can be run', () => {
    expect([...running].sort()).toEqual(runnable(ROOT));
  });

  it('have every place that they need outside their folders', () => {
    expect(missingPlaces(ROOT)).toEqual([]);
  });

  it('have a port in the configuration, and a row with it in README.md', () => {
    const defaults: Record<string, unknown> = readConfig(z.object(settings), {
      DATABASE_URL: 'postgres://db.example.com/live_calls',
    });
    for (const name of running) {
      const port = defaults[`${name.toUpperCase().replaceAll('-', '_')}_PORT`];
      expect(port, name).toBeTypeOf('number');
      expect(read('README.md')).toMatch(new RegExp(`^\\| \`${name}\` +\\| ${String(port)} `, 'm'));
    }
  });
});

describe('the documents', () => {
  const documents = ['README.md', ...markdownIn('docs')];

  it('link to what exists', () => {
    const broken = documents.flatMap((document) =>
      [...read(document).matchAll(/\]\((?!https?:)([^)#]+)/g)]
        .map(([, link = '']) => new URL(link, new URL(document, ROOT)))
        .filter((target) => !existsSync(target))
        .map((target) => `${document}: ${target.pathname}`),
    );
    expect(broken).toEqual([]);
  });

  it('name scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    for (const document of documents) {
      const named = [...read(document).matchAll(/\bnpm run (?:--silent )?([a-z]+)/g)].map(([, name]) => name);
      expect(Object.keys(scripts), document).toEqual(expect.arrayContaining(named));
    }
  });

  it('name log files that services write', () => {
    const logs = [...read('docs/otladka.md').matchAll(/\blogs\/([a-z_]+\.log)/g)].map(([, name = '']) => name);
    const sources = [
      'core/src/core.ts',
      'integration-cache/src/integrationCache.ts',
      'emulator/src/main.ts',
      'emulator/src/log/testerLog.ts',
    ];
    const written = [
      ...sources.map((source) => read(`services/${source}`)),
      read('shared/src/runtime/accessLog.ts'),
    ].join('');
    for (const name of logs) expect(written).toContain(`'${name}'`);
  });
});

function markdownIn(folder: string): string[] {
  return readdirSync(new URL(`${folder}/`, ROOT), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);
}

describe('one more adapter', () => {
  const SERVICE = 'examplecrm';
  const TOP = ['.env.example', 'README.md', 'docker-compose.yml', 'ecosystem.config.js', 'tsconfig.json'];
  let copy: string;

  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), 'one-more-'));
    for (const path of ['services', 'shared/src', 'test/contract', ...TOP]) {
      cpSync(new URL(path, ROOT), join(copy, path), {
        recursive: true,
        filter: (source) => !/node_modules|\/dist(\/|$)/.test(source),
      });
    }
    for (const file of ['main.ts', 'adapter.ts', 'client.ts', 'mapping.ts'])
      add(`services/${SERVICE}/src/${file}`, 'export {};\n');
  });

  afterEach(() => rmSync(copy, { recursive: true }));

  const root = (): URL => pathToFileURL(`${copy}/`);
  const add = (file: string, text: string): void => {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    appendFileSync(join(copy, file), text);
  };

  it('touches its folder and the lines that are named, no more', () => {
    const missing = missingPlaces(root());
    expect(new Set(missing.map(({ service }) => service))).toEqual(new Set([SERVICE]));
    expect([...new Set(missing.map(({ file }) => file))].sort()).toEqual(
      [
        ...TOP,
        'services/emulator/src/sandbox/examplecrm/examplecrm.ts',
        'services/examplecrm/README.md',
        'shared/src/contracts/crms.ts',
        'shared/src/contracts/integrations.ts',
        'shared/src/db/demoIntegrations.ts',
        'shared/src/runtime/settings.ts',
        'test/contract/examplecrm.ts',
      ].sort(),
    );
    for (const { file, text = '' } of missing) add(file, `\n${text}\n`);
    expect(missingPlaces(root())).toEqual([]);
  });
});
