import { type EventOrigin } from '../../domain/registry-event.js';
import { type Payload, type SentEvent } from './cloud-event.js';

const CONTENT_TYPE = 'application/vnd.docker.distribution.events.v2+json';

/** What an event does in the words of distribution. Other events have no counterpart there: tags are part of a push. */
const ACTIONS: Readonly<Record<string, 'push' | 'delete'>> = {
  'manifest.pushed': 'push',
  'tag.deleted': 'delete',
  'manifest.deleted': 'delete',
  'repository.deleted': 'delete',
};

/** An event as distribution's notifications/event.go declares it, in the order of its fields. */
interface DistributionEvent {
  readonly id: string;
  readonly timestamp: string;
  readonly action: string;
  readonly target: object;
  readonly request: object;
  readonly actor: object;
  readonly source: object;
}

/** Whether distribution has a counterpart of events of this type. */
export function isKnownToDistribution(type: string): boolean {
  return Object.hasOwn(ACTIONS, type);
}

/** Returns an event in the envelope of distribution's notifications. It is empty for an event without a counterpart, such as a ping. */
export function distributionEnvelopeOf(event: SentEvent, host: string): Payload {
  return { contentType: CONTENT_TYPE, body: JSON.stringify({ events: eventsOf(event, host) }) };
}

/** Distribution has one event for each tag. */
function eventsOf(event: SentEvent, host: string): DistributionEvent[] {
  const { tag, tags = [] } = event.data;
  const action = ACTIONS[event.type];
  if (action === undefined) return [];
  if (tags.length < 2) return [one(event, action, tag ?? tags[0], host)];
  return tags.map((each, index) => ({
    ...one(event, action, each, host),
    id: `${event.id}-${index + 1}`,
  }));
}

function one(
  { id, time, repository = '', type, data, origin = {} }: SentEvent,
  action: string,
  tag: string | undefined,
  host: string,
): DistributionEvent {
  const { digest, mediaType, size, by } = data;
  const isWhole = action === 'push' && digest !== undefined;
  return {
    id,
    timestamp: time,
    action,
    target: {
      // Distribution writes these three always, and receivers may read them without a look whether they exist.
      mediaType: mediaType ?? '',
      // A deleted tag has no digest there: receivers would take the event for a deleted manifest.
      digest: type === 'tag.deleted' ? '' : (digest ?? ''),
      size: size ?? 0,
      ...(size !== undefined && { length: size }),
      repository,
      ...(isWhole && { url: urlOf(repository, digest, origin, host) }),
      ...(tag !== undefined && { tag }),
    },
    request: requestOf(origin),
    actor: by === undefined ? {} : { name: by },
    source: { addr: host, instanceID: id.slice(-12) },
  };
}

function requestOf({ requestId, address, host, method, userAgent }: EventOrigin): object {
  return {
    id: requestId ?? '',
    ...(address !== undefined && { addr: address }),
    ...(host !== undefined && { host }),
    method: method ?? '',
    useragent: userAgent ?? '',
  };
}

function urlOf(repository: string, digest: string, origin: EventOrigin, host: string): string {
  const { scheme = 'http', host: reached = host } = origin;
  return `${scheme}://${reached}/v2/${repository}/manifests/${digest}`;
}
