import { problemOf, type ApiProblem } from './api-problem.js';
import { type BerthClient } from './berth-client.js';
import { messagesOf, type StreamMessage } from './event-messages.js';
import { type LiveEvent } from './live-events.js';
import { type components } from './schema.js';

/** An event of a registry, as the stream and the list of the API have it. */
export type RegistryEvent = components['schemas']['RegistryEvent'];

/** Which events to follow, and from where. */
export interface EventOptions {
  /** The types, such as `tag.*`. By default all that are stored, without those about the present moment. */
  readonly types?: readonly string[];
  /** The repositories, such as `team/**`. By default all. */
  readonly repositories?: readonly string[];
  /** The id of the last event that was processed. By default events begin now. */
  readonly after?: string;
  /** Ends the events. */
  readonly signal?: AbortSignal;
  /** Is called with `true` when the stream opens, and with `false` when it is lost or cannot be opened. */
  readonly onConnection?: (isOpen: boolean) => void;
}

/** Reports that events are missing, because they are no longer kept. Read the current state, then follow the events from now on. */
export class EventsMissed extends Error {
  override readonly name = 'EventsMissed';
}

/** How long to wait before the first attempt to connect again, and at most. In milliseconds. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** The registry sends something every 15 seconds. After this time without anything, the connection is considered dead. */
const SILENT_MS = 45_000;

/**
 * Yields events as they happen, until the signal aborts. Connects again after an interruption, and continues after the last event.
 *
 * @throws ApiProblem if the registry refuses, for example because the login is not valid any more
 * @throws EventsMissed if events are no longer kept
 */
export async function* eventsOf(
  client: BerthClient,
  options: EventOptions = {},
): AsyncGenerator<RegistryEvent | LiveEvent, void, void> {
  const { signal, onConnection } = options;
  let { after } = options;
  let waitMs = FIRST_WAIT_MS;
  const isOver = (): boolean => signal?.aborted === true;
  while (!isOver()) {
    const body = await open(client, options, after);
    if (body !== undefined) {
      onConnection?.(true);
      for await (const message of messagesOf(body, SILENT_MS)) {
        if (isOver()) return;
        waitMs = FIRST_WAIT_MS;
        yield eventIn(message);
        after = message.id ?? after;
      }
    }
    if (isOver()) return;
    onConnection?.(false);
    await pause(waitMs, signal);
    waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
  }
}

/** Resolves to the stream, or to `undefined` if the registry cannot be reached now. @throws ApiProblem */
async function open(
  client: BerthClient,
  { types, repositories, signal }: EventOptions,
  after: string | undefined,
): Promise<ReadableStream<Uint8Array> | undefined> {
  const query = {
    ...(types && { types: types.join(',') }),
    ...(repositories && { repositories: repositories.join(',') }),
  };
  const answer = await client
    .GET('/api/v1/events/stream', {
      params: { query },
      parseAs: 'stream',
      headers: after === undefined ? {} : { 'Last-Event-ID': after },
      ...(signal && { signal }),
    })
    .catch(() => undefined);
  if (answer === undefined) return undefined;
  const { data, error, response } = answer;
  if (response.ok) return (data ?? undefined) as ReadableStream<Uint8Array> | undefined;
  const problem = problemOf(response, error);
  if (isPassing(problem)) return undefined;
  throw problem;
}

/** Whether the same request may succeed later. */
function isPassing({ status }: ApiProblem): boolean {
  return status === 429 || status >= 500;
}

function eventIn({ name, data }: StreamMessage): RegistryEvent | LiveEvent {
  const json = JSON.parse(data) as RegistryEvent & { readonly advice?: string };
  if (name === 'missed') throw new EventsMissed(json.advice ?? 'events are missing');
  return json;
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener('abort', end);
    function end(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    }
  });
}
