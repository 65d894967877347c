import { DispatchedEvent, sentence, type Crm } from '@live-calls/shared/contracts';
import type { Logger } from '@live-calls/shared/runtime';
import express, { type ErrorRequestHandler, type Router } from 'express';
import type { Directory } from '../directory/enterprise.js';
import type { createAccept } from './accept.js';
import { isUnstorable } from './isUnstorable.js';

interface RouteParts {
  directory: Pick<Directory, 'findByToken'>;
  accept: ReturnType<typeof createAccept>;
  logger: Logger;
  /** After the commit: these CRMs have something to learn. */
  onAccepted: (crms: readonly Crm[]) => void;
}

const MAX_BODY = '256kb';

/** `POST /dispatch/call-event`: 200 means stored. */
export function createDispatchRoute({ directory, accept, logger, onAccepted }: RouteParts): Router {
  const router = express.Router();
  router.post('/dispatch/call-event', express.json({ limit: MAX_BODY }), async (request, response) => {
    const event = DispatchedEvent.safeParse(request.body);
    if (!event.success) {
      response.status(422).json({ detail: sentence(event.error) });
      return;
    }
    const enterprise = await directory.findByToken(event.data.token);
    if (enterprise === undefined) {
      response.status(404).json({ detail: 'enterprise not found by token' });
      return;
    }
    const { isNew, crms } = await accept(event.data, enterprise);
    if (crms.length > 0) onAccepted(crms);
    response.json(isNew ? { success: true } : { status: 'ignored', reason: 'duplicate' });
  });
  router.use('/dispatch/call-event', answerRefusal(logger));
  return router;
}

function answerRefusal(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const type = error instanceof Error && 'type' in error ? error.type : undefined;
    if (type === 'entity.too.large') response.status(413).json({ detail: `the body is larger than ${MAX_BODY}` });
    else if (typeof type === 'string' || isClientsFault(error))
      response.status(422).json({ detail: 'the body is not JSON' });
    else if (isUnstorable(error)) response.status(422).json({ detail: 'the event holds what cannot be stored' });
    else {
      logger.error('event not stored', { error });
      response.status(503).json({ detail: 'the event is not stored, send it again' });
    }
  };
}

/** A body that cannot be decompressed has a status, but no type. */
const isClientsFault = (error: unknown): boolean =>
  error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500;
