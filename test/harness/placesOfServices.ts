import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** A line that a service needs outside its folder. */
export interface Place {
  service: string;
  file: string;
  /** What has to stand in the file; undefined: the file itself is missing. */
  text?: string;
}

const EVERY_SERVICE = (service: string, variable: string): Omit<Place, 'service'>[] => [
  { file: 'ecosystem.config.js', text: `name: '${service}'` },
  { file: 'tsconfig.json', text: `"path": "services/${service}"` },
  { file: 'docker-compose.yml', text: `services/${service}/dist/main.js` },
  { file: 'shared/src/runtime/settings.ts', text: `${variable}_PORT: port(` },
  { file: '.env.example', text: `# ${variable}_PORT=` },
  { file: 'README.md', text: `| \`${service}\`` },
  { file: 'README.md', text: `| \`${variable}_PORT\`` },
];

const EVERY_ADAPTER = (service: string, variable: string): Omit<Place, 'service'>[] => [
  { file: 'shared/src/contracts/crms.ts', text: `'${service}'` },
  { file: 'shared/src/contracts/integrations.ts', text: `${service}: z.looseObject(` },
  { file: 'shared/src/runtime/settings.ts', text: `${variable}_URL: elsewhere(` },
  { file: 'shared/src/db/demoIntegrations.ts', text: `\${sandbox}/${service}` },
  { file: `services/${service}/README.md` },
  { file: `services/emulator/src/sandbox/${service}/${service}.ts` },
  { file: `test/contract/${service}.ts` },
];

/** What the services below `root` lack outside their folders. */
export function missingPlaces(root: URL): Place[] {
  return runnable(root).flatMap((service) => {
    const variable = service.toUpperCase().replaceAll('-', '_');
    const isAdapter = existsSync(new URL(`services/${service}/src/adapter.ts`, root));
    const places = [...EVERY_SERVICE(service, variable), ...(isAdapter ? EVERY_ADAPTER(service, variable) : [])];
    return places.filter((place) => !isThere(root, place)).map((place) => ({ service, ...place }));
  });
}

/** Services that have a program, by name. */
export function runnable(root: URL): string[] {
  return readdirSync(new URL('services/', root))
    .filter((name) => existsSync(new URL(`services/${name}/src/main.ts`, root)))
    .sort();
}

function isThere(root: URL, { file, text }: Omit<Place, 'service'>): boolean {
  const path = new URL(file, root);
  if (!existsSync(path)) return false;
  if (text === undefined) return true;
  return readFileSync(path, 'utf8').includes(text);
}
