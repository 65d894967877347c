import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
  type Metric,
  type MetricObjectWithValues,
  type MetricValue,
} from 'prom-client';

/** Counted values as data, which another thread can be told. */
export type MetricValues = MetricObjectWithValues<MetricValue<string>>[];

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
  values(): Promise<MetricValues>;
  /** `GET /metrics`. */
  route(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface MetricsOptions {
  /** Counts in a thread of the service that is not its main one: what is of the process as a whole is left out. */
  thread?: string;
  /** What other threads of the service counted; must not throw. */
  ofThreads?: () => Promise<MetricValues>;
}

const OF_PROCESS = 'process_';

/** Beside what is asked for: memory, CPU, garbage collection and the lag of the event loop (`nodejs_eventloop_lag_*`). */
export function createMetrics(service: string, { thread, ofThreads }: MetricsOptions = {}): Metrics {
  const register = new Registry();
  const registers = [register];
  register.setDefaultLabels(thread === undefined ? { service } : { service, thread });
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
    async values() {
      const values = await register.getMetricsAsJSON();
      return thread === undefined ? values : values.filter(({ name }) => !name.startsWith(OF_PROCESS));
    },
    async route(_request, response) {
      const whole = ofThreads ? joined([...(await register.getMetricsAsJSON()), ...(await ofThreads())]) : register;
      const text = await whole.metrics();
      response.writeHead(200, { 'content-type': register.contentType, 'cache-control': 'no-store' });
      response.end(text);
    },
  };
}

/** Values of one name, from wherever, under one head. */
function joined(all: MetricValues): Registry {
  const whole = new Registry();
  const byName = new Map<string, MetricValues[number]>();
  for (const metric of all) {
    const values = [...(byName.get(metric.name)?.values ?? []), ...metric.values];
    byName.set(metric.name, { ...metric, values });
  }
  for (const metric of byName.values()) {
    whole.registerMetric({ ...metric, get: () => Promise.resolve(metric) } as unknown as Metric);
  }
  return whole;
}
