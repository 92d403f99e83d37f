import { type IncomingMessage } from 'node:http';

import { type MirrorResult } from '../../domain/mirror-report.js';
import { RequestValue } from '../server/request-value.js';

/** How a mirror answered a request. */
export interface MirrorOutcome {
  readonly mirror: string;
  readonly result: MirrorResult;
}

const outcomes = new RequestValue<MirrorOutcome>('outcome of the mirror');

/** From the result that says least about a request to the one that says most. */
const RESULTS: readonly MirrorResult[] = [
  'hit',
  'confirmed',
  'missing',
  'stale',
  'fetched',
  'limited',
  'failed',
];

/** Records how a mirror answered a part of a request. Of several parts, the one whose result says most is kept. */
export function recordMirrorOutcome(request: IncomingMessage, outcome: MirrorOutcome): void {
  const known = outcomes.get(request);
  if (known === undefined || weightOf(outcome) > weightOf(known)) outcomes.set(request, outcome);
}

/** Returns how a mirror answered the request, or `undefined` if none did. */
export function mirrorOutcomeOf(request: IncomingMessage): MirrorOutcome | undefined {
  return outcomes.get(request);
}

function weightOf({ result }: MirrorOutcome): number {
  return RESULTS.indexOf(result);
}
