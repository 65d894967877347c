import { gzipSync } from 'node:zlib';
import express, { type ErrorRequestHandler, type Response, type Router } from 'express';
import type { Changes } from '../changes.js';
import { isForMethod, type CrmFault, type Fault, type Faults } from '../faults.js';
import type { OpenEnded } from '../openEnded.js';
import { withoutAnswer } from '../withoutAnswer.js';
import { Refused, type Answer } from './answer.js';
import type { Crm, Route } from './crm.js';
import { openExchange, type Exchange } from './exchange.js';
import type { Journal } from './journal.js';
import type { Limits } from './limits.js';
import { discreet, shownBody, shownHeaders } from './shownRequest.js';
import { encodingProblems } from './encoding.js';

/** A CRM's sandbox: what it is, what it was asked, how much it lets through. */
export interface CrmSandbox {
  crm: Crm;
  journal: Journal;
  limits: Limits;
}

interface Surroundings {
  faults: Faults;
  changes: Changes;
  openEnded: OpenEnded;
  /** Unix milliseconds. */
  now: () => number;
}

/** Recordings come in the body, as base64 or as a file. */
const MAX_BODY = '30mb';

/** A CRM over HTTP: every request is answered as the CRM would, and written down with what is wrong with it. */
export function serveCrm(sandbox: CrmSandbox, { faults, changes, openEnded, now }: Surroundings): Router {
  const { crm, journal } = sandbox;
  const router = express.Router();
  router.use(express.raw({ type: () => true, limit: MAX_BODY }));
  router.use(async (request, response) => {
    const exchange = openExchange(request, now());
    const route = crm.route(exchange);
    const fault = faults.take(isFor(crm, route));
    if (fault?.mode === 'slow') await wait(fault.delay_ms);
    const phone = crm.phoneOf?.(exchange);
    if (phone !== undefined) exchange.about(phone);
    const answer = playFault(sandbox, exchange, route, fault) ?? perform(sandbox, exchange, route);
    const isSilent = fault !== undefined && withoutAnswer(fault, response, openEnded);
    const entry = {
      at: new Date(exchange.now).toISOString(),
      endpoint: route.name,
      method: exchange.method,
      path: exchange.path + exchange.search,
      headers: shownHeaders(exchange),
      body: shownBody(exchange),
      status: isSilent ? null : answer.status,
      answer: isSilent ? null : (answer.json ?? answer.html ?? null),
      ...(fault === undefined ? {} : { fault: fault.mode }),
    };
    journal.record(discreet(entry, crm.keyOf(exchange)), exchange.violations, exchange.phones);
    changes.publish({ crm: crm.name });
    if (!isSilent) send(response, exchange, answer);
  });
  router.use(refuseNesting);
  return router;
}

/** JSON of thousands of levels can be parsed, but neither compared nor written down: the stack does not suffice. */
const refuseNesting: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof RangeError && !response.headersSent) response.status(400).json({ error: 'nested too deeply' });
  else next(error);
};

function isFor(crm: Crm, route: Route): (fault: Fault) => fault is CrmFault {
  return (fault): fault is CrmFault => fault.target === crm.name && isForMethod(fault, route.name);
}

/** @returns what is answered instead of doing anything; undefined when the request is to be done */
function playFault({ crm }: CrmSandbox, exchange: Exchange, route: Route, fault?: CrmFault): Answer | undefined {
  if (fault === undefined) return undefined;
  switch (fault.mode) {
    case 'slow':
    case 'accept_timeout':
      return undefined;
    case 'timeout':
    case 'reset':
      return { status: 504 }; // never sent
    case 'answer':
      return fault.answer;
    default:
      return crm.faults[fault.mode](exchange, route);
  }
}

function perform({ crm, limits }: CrmSandbox, exchange: Exchange, route: Route): Answer {
  try {
    for (const problem of encodingProblems(exchange)) exchange.violate(problem);
    crm.admit(exchange);
    const { limit, key } = crm.limitOf(exchange, route);
    const { remaining, waitMs } = limits.use(limit, key);
    if (waitMs > 0) return crm.overLimit(exchange, route, waitMs);
    const answer = route.answer();
    return { ...answer, headers: { ...crm.limitHeaders?.(limit, remaining), ...answer.headers } };
  } catch (error) {
    if (error instanceof Refused) return error.answer;
    throw error;
  }
}

function send(response: Response, exchange: Exchange, { status, headers = {}, json, html }: Answer): void {
  response.status(status).set(headers);
  if (json === undefined) {
    if (html === undefined) response.end();
    else response.type('html').send(html);
    return;
  }
  const body = Buffer.from(JSON.stringify(json));
  response.set('content-type', 'application/json; charset=utf-8');
  if (!String(exchange.headers['accept-encoding']).includes('gzip')) {
    response.end(body);
    return;
  }
  response.set('content-encoding', 'gzip').end(gzipSync(body));
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
