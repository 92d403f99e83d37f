import { dataOf, type BerthClient } from '../../api/client/berth-client.js';
import { eventsOf, type RegistryEvent } from '../../api/client/registry-events.js';
import { EVENT_TYPES } from '../../domain/registry-event.js';
import { commaList } from '../comma-list.js';
import { type CommandContext } from '../command.js';
import { Output, shortDigest, sizeText } from '../output/output.js';
import { PlainFailure } from '../plain-failure.js';
import { withTarget } from '../target/target.js';
import { type TargetOptions } from '../target/target-options.js';

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
  const types = typesOf(options);
  const repositories = commaList(options.repositories);
  const filter = {
    ...(types.length > 0 && { types }),
    ...(repositories.length > 0 && { repositories }),
  };
  await withTarget(context, options, [], async ({ target: { client } }) => {
    const output = new Output(context);
    const found = options.follow
      ? eventsOf(client, { ...filter, signal })
      : keptEvents(client, filter);
    let any = false;
    for await (const event of found) {
      any = true;
      if (options.json) output.jsonLine(event);
      else output.line(lineOf(event as RegistryEvent));
    }
    if (!any && !options.follow && !options.json) output.note('There are no such events.');
  });
}

interface Filter {
  readonly types?: readonly string[];
  readonly repositories?: readonly string[];
}

async function* keptEvents(
  client: BerthClient,
  { types, repositories }: Filter,
): AsyncGenerator<RegistryEvent> {
  const filter = {
    ...(types && { types: types.join(',') }),
    ...(repositories && { repositories: repositories.join(',') }),
  };
  let after: string | undefined;
  for (;;) {
    const query = { ...filter, limit: PAGE, ...(after !== undefined && { after }) };
    const page = await dataOf(client.GET('/api/v1/events', { params: { query } }));
    yield* page.events;
    if (!page.more) return;
    after = page.next;
  }
}

/** @throws PlainFailure */
function typesOf({ types }: EventsOptions): string[] {
  const wanted = commaList(types);
  const unknown = wanted.find((type) => !EVENT_TYPES.some((known) => known === type));
  if (unknown === undefined) return wanted;
  throw new PlainFailure(
    `--types has ${JSON.stringify(unknown)}; allowed: ${EVENT_TYPES.join(', ')}`,
  );
}

const TYPE_WIDTH = Math.max(...EVENT_TYPES.map((type) => type.length));

function lineOf({ time, type, repository = '', data }: RegistryEvent): string {
  const { tag, digest, previous, by, result, freedBytes, freeBytes, mirror, reason } = data;
  const details = [
    tag === undefined ? repository : `${repository}:${tag}`,
    digest && shortDigest(digest),
    previous && `was ${shortDigest(previous)}`,
    result,
    freedBytes !== undefined && `${sizeText(freedBytes)} freed`,
    freeBytes !== undefined && `${sizeText(freeBytes)} free`,
    by && `by ${by}`,
    repository === '' && mirror,
    reason,
  ].filter((part) => typeof part === 'string' && part !== '');
  return [`${time.slice(0, 19)}Z`, type.padEnd(TYPE_WIDTH), details.join(' ')].join('  ');
}
