import { Injectable } from '@nestjs/common';

import { type Rights } from '../../access/guard/rights.js';
import { byteOrder } from '../../domain/byte-order.js';
import {
  parseLiveNote,
  type LiveNote,
  type NotedFailure,
  type NotedPull,
  type NotedReuse,
} from '../../domain/live-note.js';
import { type EventOrigin } from '../../domain/registry-event.js';
import { tryParseRepositoryName } from '../../domain/repository-name.js';
import { Storage } from '../../storage/ports/storage.js';
import { EachSecond } from './each-second.js';

/** The types of events about the present moment, which are in streams only. */
export const MOMENT_TYPES = ['pull.progress', 'blob.reused', 'request.failed'] as const;

/** Something that happens now, or has just happened, in any process. It has no id and is not stored. */
export interface MomentEvent {
  readonly type: (typeof MOMENT_TYPES)[number];
  readonly time: string;
  /** Absent for a request that was not about one. */
  readonly repository?: string;
  readonly data: object & { readonly by?: string };
  /** The failed request, for administrators. */
  readonly origin?: EventOrigin;
}

type Listener = (events: readonly MomentEvent[]) => void;

/** A listener, and what it was told last, by id. */
interface Hearing {
  readonly listener: Listener;
  told: ReadonlyMap<string, string>;
}

/** Reads once a second what all processes say about the present moment, while somebody listens. */
@Injectable()
export class PresentMoment {
  private readonly clock = new EachSecond<Hearing>((hearings) => this.look(hearings));

  constructor(private readonly storage: Storage) {}

  /** Calls `listener` with what is new or has changed, the first time with all that is known. Returns a function that ends the calls. */
  listen(listener: Listener): () => void {
    void this.storage.live?.want().catch(() => undefined);
    return this.clock.add({ listener, told: new Map() });
  }

  private async look(hearings: Iterable<Hearing>): Promise<void> {
    const { live } = this.storage;
    if (live === undefined) return;
    await live.want();
    tell(hearings, await live.read());
  }
}

function tell(hearings: Iterable<Hearing>, texts: readonly string[]): void {
  const notes = texts.map(parseLiveNote).filter((note) => note !== undefined);
  const events = new Map(notes.flatMap(eventsOf).sort(byTime));
  const present = new Map([...events].map(([id, event]) => [id, JSON.stringify(event)]));
  for (const hearing of hearings) {
    const news = [...events].filter(([id]) => present.get(id) !== hearing.told.get(id));
    hearing.told = present;
    if (news.length > 0) hearing.listener(news.map(([, event]) => event));
  }
}

/**
 * Returns what a caller sees of the present moment, or `undefined` if it is nothing. Who pulls or fails is for administrators and for
 * the caller that does.
 */
export function momentSeenBy(rights: Rights, event: MomentEvent): MomentEvent | undefined {
  const { isAdmin, caller } = rights;
  const { type, time, data } = event;
  const repository = tryParseRepositoryName(event.repository ?? '');
  if (repository === undefined) return isAdmin ? event : undefined;
  if (!rights.has(repository, 'pull')) return undefined;
  if (type === 'blob.reused' && !rights.has(repository, 'push')) return undefined;
  if (isAdmin) return event;
  const shown: { by?: string } = { ...data };
  if (type !== 'blob.reused' && data.by !== caller.name) delete shown.by;
  return { type, time, repository, data: shown };
}

function byTime(
  [, one]: readonly [string, MomentEvent],
  [, other]: readonly [string, MomentEvent],
): number {
  return byteOrder(one.time, other.time);
}

function eventsOf({ pulls, reuses, failures }: LiveNote): (readonly [string, MomentEvent])[] {
  return [...pulls.map(ofPull), ...reuses.map(ofReuse), ...failures.map(ofFailure)];
}

function ofPull({ id, time, repository, ...pull }: NotedPull): readonly [string, MomentEvent] {
  const data = { pull: id, ...pull };
  return [id, { type: 'pull.progress', time, repository, data }];
}

function ofReuse({ id, time, repository, ...reuse }: NotedReuse): readonly [string, MomentEvent] {
  const data = { reuse: id, ...reuse };
  return [id, { type: 'blob.reused', time, repository, data }];
}

function ofFailure(noted: NotedFailure): readonly [string, MomentEvent] {
  const { id, time, repository, origin, ...failure } = noted;
  const about = repository === undefined ? {} : { repository };
  const data = { failure: id, ...failure };
  return [id, { type: 'request.failed', time, ...about, data, origin }];
}
