import express, { type Router } from 'express';
import {
  enterpriseNames,
  flowOfLastHour,
  lastEvents,
  oldestDelivery,
  outboxDepths,
  readOnly,
  troubles,
} from '@live-calls/shared/db';
import type pg from 'pg';
import { z } from 'zod';
import { titleOf, TITLES, toldOf } from './advice.js';
import { callTrace } from './callTrace.js';
import { tellable } from './tellable.js';
import { findCalls } from './findCalls.js';
import { remembered } from './remembered.js';
import type { ServiceState } from './services.js';

interface ApiParts {
  pool: pg.Pool;
  services: () => Promise<ServiceState[]>;
}

/** However many look at the page, the database is asked once in so long. */
const READ_EVERY_MS = 4_000;
const LAST_EVENTS = 50;

const Enterprise = z.string().min(1).max(50);
const Search = z.object({ q: z.string().trim().min(3).max(200), enterprise: Enterprise.optional() });
const Call = z.object({ enterprise: Enterprise, uuid: z.uuid() });
const Events = z.object({ enterprise: Enterprise });

/** What the page asks, below `/status/api`. Everything is read; nothing can be changed here. */
export function createStatusApi({ pool, services }: ApiParts): Router {
  const api = express.Router();

  const overview = remembered(READ_EVERY_MS, () =>
    readOnly(pool, async (db) => ({
      outbox: (await outboxDepths(db)).map((depth) => ({ ...depth, title: titleOf(depth.target) })),
      oldest: await oldestDelivery(db),
      flow: await flowOfLastHour(db),
      troubles: (await troubles(db)).map((trouble) => ({ ...trouble, ...toldOf(trouble) })),
      titles: TITLES,
      enterprises: await enterpriseNames(db),
    })),
  );

  api.get('/services', async (_request, response) => {
    response.json({ services: await services() });
  });

  api.get('/overview', async (_request, response) => {
    response.json(await overview());
  });

  api.get('/calls', async (request, response) => {
    const query = Search.safeParse(request.query);
    if (!query.success) response.status(422).json({ detail: 'Введите UniqueId или телефон: не меньше трёх знаков.' });
    else response.json({ calls: await readOnly(pool, (db) => findCalls(db, query.data.q, query.data.enterprise)) });
  });

  api.get('/call', async (request, response) => {
    const query = Call.safeParse(request.query);
    const found = query.success
      ? await readOnly(pool, (db) => callTrace(db, query.data.enterprise, query.data.uuid))
      : null;
    if (found === null) response.status(404).json({ detail: 'Такого звонка нет.' });
    else response.json(found);
  });

  api.get('/events', async (request, response) => {
    const query = Events.safeParse(request.query);
    if (!query.success) response.status(422).json({ detail: 'Выберите предприятие.' });
    else {
      const events = await readOnly(pool, (db) => lastEvents(db, query.data.enterprise, LAST_EVENTS));
      response.json({ events: events.map(tellable) });
    }
  });

  return api;
}
