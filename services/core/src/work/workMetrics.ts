import { countAttempts, createMetrics, type Metrics, type OnAttempt } from '@live-calls/shared/runtime';
import type { OnShown } from '../notify/telegram/chatDelivery.js';

interface WorkMetrics {
  metrics: Metrics;
  onAttempt: OnAttempt;
  onShown: OnShown;
}

/** What is counted where stored events are worked on. */
export function createWorkMetrics(): WorkMetrics {
  const metrics = createMetrics('core', { thread: 'work' });
  const shown = metrics.histogram(
    'live_calls_event_to_telegram_seconds',
    'From the newest event of a call to its message in Telegram',
    [],
    [0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300],
  );
  return {
    metrics,
    onAttempt: countAttempts(metrics),
    onShown(toldAt) {
      shown.observe(Math.max(0, Date.now() - toldAt.getTime()) / 1_000);
    },
  };
}
