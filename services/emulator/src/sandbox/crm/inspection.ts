import express, { type Router } from 'express';
import { z } from 'zod';
import type { Card, JournalCall } from './crm.js';
import type { CrmSandboxes } from './crms.js';
import { isWanted, type Filter, type JournalEntry, type Violation } from './journal.js';
import { CRM_NAMES } from './names.js';
import type { CrmSandbox } from './serve.js';

/** What a CRM got and what it shows. */
interface CrmView {
  requests: JournalEntry[];
  violations: Violation[];
  calls: JournalCall[];
  cards: Card[];
}

/** `since`: ISO 8601 or Unix milliseconds. */
const Query = z.object({
  since: z
    .union([z.string().regex(/^\d+$/).transform(Number), z.iso.datetime({ offset: true }).transform(Date.parse)])
    .optional(),
  phone: z.string().min(1).optional(),
});

/** What concerns a phone and happened since a time; without them everything. */
function viewCrm({ crm, journal }: CrmSandbox, filter: Filter): CrmView {
  const isAsked = ({ at, phone }: JournalCall | Card): boolean => isWanted(filter, at, [phone]);
  return { ...journal.view(filter), calls: crm.calls().filter(isAsked), cards: crm.cards().filter(isAsked) };
}

/** JSON about the CRMs, for people, tests and the page: `/<crm>?since=&phone=`. */
export function createCrmInspection(sandboxes: CrmSandboxes): Router {
  const router = express.Router();
  for (const name of CRM_NAMES) {
    router.get(`/${name}`, (request, response) => {
      const query = Query.safeParse(request.query);
      if (!query.success) {
        response.status(400).json({ error: z.prettifyError(query.error) });
        return;
      }
      response.json(viewCrm(sandboxes[name], query.data));
    });
  }
  return router;
}
