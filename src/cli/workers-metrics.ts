import cluster from 'node:cluster';

import { type Metrics, type MetricsSnapshot } from '../observe/metrics/metrics.js';
import { listenForScrapes } from './scrapes.js';

/** How often a worker sends its metrics, in milliseconds. A worker that is killed loses at most this time. */
const SEND_EVERY_MS = 1_000;

/** What a worker sends. */
interface MetricsMessage {
  readonly kind: 'berth-metrics';
  readonly snapshot: MetricsSnapshot;
}

/**
 * Sends the metrics of this worker every second to the process that started it. Returns a function that sends them a last time and
 * stops.
 */
export function sendToPrimary(metrics: Metrics): () => Promise<void> {
  let sending: Promise<void> | undefined;
  const timer = setInterval(() => {
    sending ??= send(metrics).finally(() => (sending = undefined));
  }, SEND_EVERY_MS).unref();
  return async () => {
    clearInterval(timer);
    await sending;
    await send(metrics);
  };
}

async function send(metrics: Metrics): Promise<void> {
  const message: MetricsMessage = { kind: 'berth-metrics', snapshot: await metrics.snapshot() };
  // The process that started this one may have died.
  if (!process.connected) return;
  await new Promise<void>((sent) => process.send?.(message, () => sent()));
}

/** Serves the sums of what the workers send, if `address` is not empty. Call it before the workers start. */
export async function collectFromWorkers(address: string): Promise<void> {
  if (address === '') return;
  const { WorkerMetrics } = await import('../observe/metrics/worker-metrics.js');
  const all = new WorkerMetrics();
  cluster.on('message', ({ id }, message: unknown) => {
    if (isMetrics(message)) all.update(id, message.snapshot);
  });
  // A worker disconnects after its last message was received. A dead one is disconnected by the system.
  cluster.on('disconnect', ({ id }) => void all.end(id));
  await listenForScrapes(address, () => all.text());
}

function isMetrics(message: unknown): message is MetricsMessage {
  return (
    typeof message === 'object' &&
    message !== null &&
    'kind' in message &&
    message.kind === 'berth-metrics'
  );
}
