import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readConfig, settings } from '@live-calls/shared/runtime';

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

describe('the services', () => {
  const { apps } = createRequire(import.meta.url)('../../../ecosystem.config.js') as { apps: { name: string }[] };
  const running = apps.map(({ name }) => name).filter((name) => name !== 'postgres');

  it('that npm start runs are those that can be run', () => {
    const runnable = readdirSync(new URL('services/', ROOT)).filter((name) =>
      existsSync(new URL(`services/${name}/src/main.ts`, ROOT)),
    );
    expect([...running].sort()).toEqual(runnable.sort());
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

  it('are built by tsc -b and run by docker compose', () => {
    for (const name of running) {
      expect(read('tsconfig.json')).toContain(`services/${name}`);
      expect(read('docker-compose.yml')).toContain(`services/${name}/dist/main.js`);
    }
  });
});
