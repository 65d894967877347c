import type { RequestHandler } from 'express';
import type { Metrics } from './metrics.js';

/** How long requests take, by the pattern of their route: a path of its own for each phone would be without bounds. */
export function watchRequests(metrics: Pick<Metrics, 'histogram'>): RequestHandler {
  const seconds = metrics.histogram('live_calls_http_request_seconds', 'Time to answer a request', ['route', 'status']);
  return (request, response, next) => {
    const since = performance.now();
    response.once('finish', () => {
      const route: unknown = (request.route as { path?: unknown } | undefined)?.path;
      const labels = { route: typeof route === 'string' ? route : 'other', status: response.statusCode };
      seconds.observe(labels, (performance.now() - since) / 1000);
    });
    next();
  };
}
