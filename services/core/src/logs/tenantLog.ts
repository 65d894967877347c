import { join } from 'node:path';
import {
  factsAsText,
  logTime,
  oneLine,
  withoutBotTokens,
  type Facts,
  type OpenLog,
  type RotatingFile,
} from '@live-calls/shared/runtime';
import type { Tenant } from '../tenants/tenant.js';
import { createOpenLogs } from './openLogs.js';

/** An event as it was stored. */
export interface LoggedEvent {
  type: string;
  token: string;
  uniqueId: string;
  /** JSON text. */
  body: string;
}

/** `logs/<number>.log` of tenants that are being looked at (`enterprises.debug_log`). */
export interface TenantLog {
  /** Three entries: type, ids and the whole body. Nothing, when the tenant's log is off. */
  event(tenant: Tenant, event: LoggedEvent): void;
  /** One entry of facts, e.g. the names that enrichment found. Nothing, when the tenant's log is off. */
  note(tenant: Tenant, message: string, facts?: Facts): void;
  flush(): Promise<void>;
}

/** @param open default: files that nobody else in this process writes to */
export function createTenantLog({ dir, open = createOpenLogs().open }: { dir: string; open?: OpenLog }): TenantLog {
  const used = new Set<RotatingFile>();

  function fileOf(number: string): RotatingFile {
    const file = open(join(dir, fileNameOf(number)));
    used.add(file);
    return file;
  }

  return {
    event(tenant, { type, token, uniqueId, body }) {
      if (!tenant.debugLog) return;
      const prefix = `${logTime(new Date())} [INFO] `;
      const ids = `Token: ${token}, UniqueId: ${uniqueId}`;
      fileOf(tenant.number).write(
        [
          `${prefix}🧪 TEST EVENT: ${oneLine(type)}`,
          `${prefix}📋 ${oneLine(ids)}`,
          `${prefix}📦 Full Body: ${withoutBotTokens(prettyJson(body))}`,
        ].join('\n'),
      );
    },
    note(tenant, message, facts = {}) {
      if (!tenant.debugLog) return;
      fileOf(tenant.number).write(`${logTime(new Date())} [INFO] ${oneLine(message + factsAsText(facts))}`);
    },
    async flush() {
      await Promise.all([...used].map((file) => file.flush()));
    },
  };
}

/** Numbers are digits; one that is not must neither leave the directory nor take the name of another log. */
function fileNameOf(number: string): string {
  return /^\d{1,32}$/.test(number) ? `${number}.log` : `tenant-${encodeURIComponent(number).slice(0, 200)}.log`;
}

function prettyJson(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return oneLine(json); // nested deeper than the stack
  }
}
