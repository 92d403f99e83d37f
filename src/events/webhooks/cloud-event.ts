import { type RegistryEvent } from '../../domain/registry-event.js';

const CONTENT_TYPE = 'application/cloudevents+json; charset=utf-8';

/** A body and its media type. */
export interface Payload {
  readonly contentType: string;
  readonly body: string;
}

/** An event, or the ping of a test. */
export type SentEvent = Omit<RegistryEvent, 'type'> & { readonly type: string };

/** Returns an event in the structured mode of CloudEvents 1.0. `host` names the registry. */
export function cloudEventOf(event: SentEvent, host: string): Payload {
  const { id, type, time, repository, data, origin } = event;
  const subject = subjectOf(event);
  const body = {
    specversion: '1.0',
    id,
    source: `/berth/${host}`,
    type: `dev.berth.${type}`,
    ...(subject !== undefined && { subject }),
    time,
    datacontenttype: 'application/json',
    data: {
      ...(repository !== undefined && { repository }),
      ...data,
      ...(origin && { origin }),
    },
  };
  return { contentType: CONTENT_TYPE, body: JSON.stringify(body) };
}

/** Returns the image that an event is about, as people write it. */
function subjectOf({ repository, data: { tag, digest } }: SentEvent): string | undefined {
  if (repository === undefined) return undefined;
  if (tag !== undefined) return `${repository}:${tag}`;
  return digest === undefined ? repository : `${repository}@${digest}`;
}
