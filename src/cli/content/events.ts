import { EVENT_TYPES, type RegistryEvent } from '../../domain/registry-event.js';
import { followEvents } from '../../storage/protocol/follow-events.js';
import { type Storage } from '../../storage/ports/storage.js';
import { type CommandContext } from '../command.js';
import { withStorage } from '../open-offline.js';
import { Output, shortDigest, sizeText } from '../output/output.js';
import { PlainFailure } from '../plain-failure.js';
import { choose } from '../target/target.js';
import { type TargetOptions } from '../target/target-options.js';
import { anyPattern } from './name-pattern.js';

/** How `berth events` is typed. */
export interface EventsOptions extends TargetOptions {
  readonly follow: boolean;
  readonly types: string | undefined;
  readonly repositories: string | undefined;
  readonly json: boolean;
}

/** How many events are read at a time. */
const PAGE = 500;

/** `berth events`: prints the events that are kept, or follows new ones. @throws PlainFailure */
export async function events(
  context: CommandContext,
  options: EventsOptions,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const wants = filterOf(options);
  if (choose(context, options, []).place !== 'storage') {
    throw new PlainFailure(
      'the events of a running registry cannot be read by URL yet; run it where the storage is, with --storage',
    );
  }
  const output = new Output(context);
  const settings = await context.settings();
  // A storage does not keep the process running while nothing happens.
  const running = setInterval(() => undefined, 3_600_000);
  await withStorage(settings, async (storage) => {
    const found = options.follow
      ? followEvents(storage.outbox, 'now', signal)
      : keptEvents(storage);
    for await (const event of found) {
      if (!wants(event)) continue;
      if (options.json) output.jsonLine(event);
      else output.line(lineOf(event));
    }
  }).finally(() => clearInterval(running));
}

async function* keptEvents({ outbox }: Storage): AsyncGenerator<RegistryEvent> {
  let position = await outbox.locate('beginning');
  while (position !== undefined) {
    const page = await outbox.read(position, PAGE);
    yield* page.events;
    position = page.events.length === 0 ? undefined : page.next;
  }
}

/** @throws PlainFailure */
function filterOf({ types, repositories }: EventsOptions): (event: RegistryEvent) => boolean {
  const wanted = listOf(types);
  const unknown = wanted.find((type) => !EVENT_TYPES.some((known) => known === type));
  if (unknown !== undefined) {
    throw new PlainFailure(
      `--types has ${JSON.stringify(unknown)}; allowed: ${EVENT_TYPES.join(', ')}`,
    );
  }
  const patterns = listOf(repositories);
  const matches = anyPattern(patterns);
  return ({ type, repository }) => {
    if (wanted.length > 0 && !wanted.includes(type)) return false;
    return patterns.length === 0 || (repository !== undefined && matches(repository));
  };
}

function listOf(text = ''): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

const TYPE_WIDTH = Math.max(...EVENT_TYPES.map((type) => type.length));

function lineOf({ time, type, repository = '', data }: RegistryEvent): string {
  const { tag, digest, previous, by, result, freedBytes, freeBytes } = data;
  const details = [
    tag === undefined ? repository : `${repository}:${tag}`,
    digest && shortDigest(digest),
    previous && `was ${shortDigest(previous)}`,
    result,
    freedBytes !== undefined && `${sizeText(freedBytes)} freed`,
    freeBytes !== undefined && `${sizeText(freeBytes)} free`,
    by && `by ${by}`,
  ].filter((part) => typeof part === 'string' && part !== '');
  return [`${time.slice(0, 19)}Z`, type.padEnd(TYPE_WIDTH), details.join(' ')].join('  ');
}
