import { type RegistryEvent } from '../../api/live/live-message.js';
import { bytesText } from '../format.js';

export { type RegistryEvent };

/** How much an event deserves attention. */
export type Tone = 'plain' | 'gone' | 'warning';

/** The types of events with their names for people, in the order of the filter. */
export const EVENT_TYPES: readonly (readonly [type: string, name: string])[] = [
  ['manifest.pushed', 'Pushes'],
  ['tag.created', 'New tags'],
  ['tag.moved', 'Moved tags'],
  ['tag.deleted', 'Deleted tags'],
  ['manifest.deleted', 'Deleted images'],
  ['referrer.added', 'Referrers'],
  ['repository.created', 'New repositories'],
  ['repository.deleted', 'Removed repositories'],
  ['mirror.fetched', 'Fetched images'],
  ['gc.finished', 'Collections'],
  ['storage.low', 'Little space'],
  ['login.failed', 'Failed logins'],
  ['mirror.limited', 'Limits of mirrored registries'],
  ['mirror.failed', 'Failing mirrors'],
];

/** The types that only administrators get. */
export const TYPES_OF_REGISTRY: readonly string[] = [
  'gc.finished',
  'storage.low',
  'login.failed',
  'mirror.limited',
  'mirror.failed',
];

const WARNINGS: readonly string[] = TYPES_OF_REGISTRY.filter((type) => type !== 'gc.finished');

/** Returns how much an event deserves attention. */
export function toneOf({ type, data }: RegistryEvent): Tone {
  if (WARNINGS.includes(type)) return 'warning';
  if (type === 'gc.finished') return data.result === 'failed' ? 'warning' : 'plain';
  return type.endsWith('.deleted') ? 'gone' : 'plain';
}

/** Returns what an event means and what to do, if that needs a word. */
export function explanationOf(event: RegistryEvent): string | undefined {
  const { type, data } = event;
  if (type === 'storage.low') return lowText(data);
  if (type === 'login.failed') return loginText(event);
  if (type === 'mirror.limited' || type === 'mirror.failed') return upstreamText(data);
  if (type === 'gc.finished' && data.result === 'failed') {
    return 'Nothing that is in use was removed. The log of the registry has the cause, and the next collection tries again.';
  }
  if (type === 'gc.finished' && data.result === 'stopped') {
    return 'It was stopped before its end. The next collection does the rest.';
  }
  if (data.recovered === true) {
    return 'A process ended before it recorded this. The collector found it later.';
  }
  return undefined;
}

function lowText({ minFreeBytes }: RegistryEvent['data']): string {
  const reserve = minFreeBytes === undefined ? 'the reserve' : bytesText(minFreeBytes);
  return `Uploads that would leave less than ${reserve} are refused. Delete images that nobody needs and run a collection, or enlarge the disk.`;
}

function upstreamText({ reason }: RegistryEvent['data']): string {
  const first = reason === undefined ? '' : `${reason}. `;
  return `${first}What is stored is served meanwhile, and Berth asks again by itself.`;
}

function loginText({ origin }: RegistryEvent): string | undefined {
  const { address, userAgent } = origin ?? {};
  if (address === undefined) return undefined;
  return `From ${address}${userAgent === undefined ? '' : ` by ${userAgent}`}.`;
}

/** Returns a time span, such as `1.2 s`. */
export function spanText(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 90_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  return `${Math.round(milliseconds / 60_000)} min`;
}
