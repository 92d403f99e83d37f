import { type IncomingMessage } from 'node:http';

import { type MirrorResult } from '../../domain/mirror-report.js';
import { RequestValue } from '../server/request-value.js';

/** How a mirror answered a request. */
export interface MirrorOutcome {
  readonly mirror: string;
  readonly result: MirrorResult;
}

const outcomes = new RequestValue<MirrorOutcome>('outcome of the mirror');

/** What people want to know first comes last. */
const ORDER: readonly MirrorResult[] = [
  'hit',
  'confirmed',
  'missing',
  'stale',
  'fetched',
  'limited',
  'failed',
];

/** Records how a mirror answered a part of a request. Of several parts, the one with most to say is kept. */
export function recordMirrorOutcome(request: IncomingMessage, outcome: MirrorOutcome): void {
  const known = outcomes.get(request);
  const isMore = known === undefined || ORDER.indexOf(outcome.result) > ORDER.indexOf(known.result);
  if (isMore) outcomes.set(request, outcome);
}

/** Returns how a mirror answered the request, or `undefined` if none did. */
export function mirrorOutcomeOf(request: IncomingMessage): MirrorOutcome | undefined {
  return outcomes.get(request);
}
