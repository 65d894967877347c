import type { Response } from 'express';

/** Answers that do not end by themselves: streams, and those a fault holds back. They would hold a stopping service up. */
export interface OpenEnded {
  add(response: Response): void;
  endAll: () => void;
}

export function createOpenEnded(): OpenEnded {
  const responses = new Set<Response>();
  return {
    add: (response) => {
      responses.add(response);
      response.once('close', () => {
        responses.delete(response);
      });
    },
    endAll: () => {
      for (const response of responses) response.destroy();
    },
  };
}
