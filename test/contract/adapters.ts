import { existsSync } from 'node:fs';
import { CRMS, type Crm } from '@live-calls/shared/contracts';
import type { CrmAdapter } from '@live-calls/shared/runtime';
import type { CrmFixture } from './fixture.js';

const adapterOf = (crm: Crm): URL => new URL(`../../services/${crm}/src/adapter.ts`, import.meta.url);
export const fixtureOf = (crm: Crm): URL => new URL(`./${crm}.ts`, import.meta.url);

/** The CRMs that have an adapter. */
export const ADAPTERS: readonly Crm[] = CRMS.filter((crm) => existsSync(adapterOf(crm)));

export async function loadAdapter(crm: Crm): Promise<CrmAdapter<Crm>> {
  const module = (await import(adapterOf(crm).pathname)) as { createAdapter: () => CrmAdapter<Crm> };
  return module.createAdapter();
}

export async function loadFixture(crm: Crm): Promise<CrmFixture> {
  return ((await import(fixtureOf(crm).pathname)) as { fixture: CrmFixture }).fixture;
}
