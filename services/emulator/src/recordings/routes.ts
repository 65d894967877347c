import express, { type Router } from 'express';
import { beep } from './beep.js';

/** `/<unique id>.wav`: each call has a recording, and they all sound alike. */
export function createRecordings(): Router {
  const router = express.Router();
  const sound = beep();
  router.get('/:file', (request, response, next) => {
    if (!/^\d+\.\d+\.wav$/.test(request.params.file)) {
      next();
      return;
    }
    response.type('audio/wav').send(sound);
  });
  return router;
}
