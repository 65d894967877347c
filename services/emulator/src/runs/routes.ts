import express, { type ErrorRequestHandler, type Router } from 'express';
import { z } from 'zod';
import type { Logger } from '@live-calls/shared/runtime';
import { DatabaseAway } from '../directory/directory.js';
import type { OpenEnded } from '../sandbox/openEnded.js';
import { faults } from '../scenarios/faults/faults.js';
import { scenarios } from '../scenarios/scenarios.js';
import type { LiveRun } from './liveRun.js';
import { EmulateRequest, readRequest, ReplayRequest, Unplayable, type Problem } from './request.js';
import type { Runs } from './runs.js';
import { streamRun } from './stream.js';

const PACES = [
  { code: 'real', title: 'Как в жизни' },
  { code: 'fast', title: 'Быстро: между событиями не больше 0,25 с' },
  { code: 'once', title: 'Сразу: как только ядро отвечает' },
  { code: 'steps', title: 'По шагам' },
];

/** Long lists of events. */
const MAX_BODY = '8mb';

interface RoutesParts {
  runs: Runs;
  openEnded: OpenEnded;
}

/** `/api/scenarios`, `/api/emulate…`, `/api/replay`: see docs/decisions/0002-emulator-runs.md. */
export function createRunRoutes({ runs, openEnded }: RoutesParts): Router {
  const router = express.Router();
  router.use(express.json({ limit: MAX_BODY }));

  router.get('/scenarios', (_request, response) => {
    response.json({
      scenarios: scenarios.map(({ code, title, story, fields }) => ({ code, title, story, fields })),
      faults: faults.map(({ code, title }) => ({ code, title })),
      paces: PACES,
    });
  });
  router.post('/emulate', async (request, response) => {
    const run = await runs.emulate(readRequest(EmulateRequest, request.body));
    response.status(202).json({ run_id: run.run_id });
  });
  router.post('/replay', async (request, response) => {
    const run = await runs.replay(readRequest(ReplayRequest, request.body));
    response.status(202).json({ run_id: run.run_id });
  });
  router.get('/emulate', async (_request, response) => {
    response.json({ runs: await runs.list() });
  });
  router.get('/emulate/:runId', async (request, response) => {
    const { runId } = request.params;
    const run = await runs.find(runId);
    if (run === undefined) {
      response.status(404).json(NO_RUN);
      return;
    }
    if (request.query['download'] === '1') response.attachment(`${run.run_id}.json`);
    response.json(run);
  });
  router.get('/emulate/:runId/stream', async (request, response) => {
    const { runId } = request.params;
    const live = runs.live(runId);
    const run = live?.run ?? (await runs.find(runId));
    if (run === undefined) {
      response.status(404).json(NO_RUN);
      return;
    }
    streamRun({ run, subscribe: live?.subscribe ?? (() => () => undefined), openEnded }, request, response);
  });
  const command = (action: (live: LiveRun) => void) =>
    async function (request: express.Request<{ runId: string }>, response: express.Response): Promise<void> {
      const { runId } = request.params;
      const live = runs.live(runId);
      if (live !== undefined && live.run.state !== 'done') {
        action(live);
        response.json({ run_id: runId, state: live.run.state });
      } else if (live === undefined && (await runs.find(runId)) === undefined) {
        response.status(404).json(NO_RUN);
      } else {
        response.status(409).json(problem('прогон уже закончен'));
      }
    };
  router.post(
    '/emulate/:runId/step',
    command(({ control }) => control.step()),
  );
  router.post(
    '/emulate/:runId/stop',
    command(({ control }) => control.stop()),
  );
  return router;
}

/** Answers what the API's routes throw, in Russian: the page and the command line show it as it is. */
export function answerProblems(log: Pick<Logger, 'warn'>): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
    } else if (error instanceof Unplayable) {
      response.status(422).json({ errors: error.problems });
    } else if (error instanceof z.ZodError) {
      const errors = error.issues.map(({ path }): Problem => ({
        field: path.join('.'),
        message: 'значение не подходит',
      }));
      response.status(422).json({ errors });
    } else if (error instanceof DatabaseAway) {
      log.warn('the database does not answer', { error: error.cause });
      response.status(503).json(problem('база данных не отвечает: запустите её и повторите'));
    } else {
      next(error);
    }
  };
}

const problem = (message: string): { errors: Problem[] } => ({ errors: [{ field: '', message }] });
const NO_RUN = problem('такого прогона нет');
