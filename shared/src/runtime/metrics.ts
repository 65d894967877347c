import type { IncomingMessage, ServerResponse } from 'node:http';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What a process counts. Each has its own: nothing is shared through the library's global registry. */
export interface Metrics {
  counter<Label extends string>(name: string, help: string, labels: readonly Label[]): Counter<Label>;
  /** @param buckets upper bounds in seconds */
  histogram<Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[],
    buckets?: readonly number[],
  ): Histogram<Label>;
  /** @param read sets the values when somebody asks; it must not throw and has to come to an end by itself */
  gauge<Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[],
    read: (gauge: Gauge<Label>) => void | Promise<void>,
  ): Gauge<Label>;
  /** A counter whose numbers are kept elsewhere. */
  counted<Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[],
    read: (counter: Counter<Label>) => void,
  ): Counter<Label>;
  /** `GET /metrics`. */
  route(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Beside what is asked for: memory, CPU, garbage collection and the lag of the event loop (`nodejs_eventloop_lag_*`). */
export function createMetrics(service: string): Metrics {
  const register = new Registry();
  const registers = [register];
  register.setDefaultLabels({ service });
  collectDefaultMetrics({ register });
  return {
    counter: (name, help, labels) => new Counter({ name, help, labelNames: labels, registers }),
    histogram: (name, help, labels, buckets = SECONDS) =>
      new Histogram({ name, help, labelNames: labels, buckets: [...buckets], registers }),
    gauge: (name, help, labels, read) =>
      new Gauge({
        name,
        help,
        labelNames: labels,
        registers,
        async collect() {
          this.reset();
          await read(this);
        },
      }),
    counted: (name, help, labels, read) =>
      new Counter({
        name,
        help,
        labelNames: labels,
        registers,
        collect() {
          this.reset();
          read(this);
        },
      }),
    async route(_request, response) {
      const text = await register.metrics();
      response.writeHead(200, { 'content-type': register.contentType, 'cache-control': 'no-store' });
      response.end(text);
    },
  };
}
