import { type IncomingMessage } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { RequestValue } from './request-value.js';

/** After this many bytes, the buffers that held them are collected. */
const COLLECT_EVERY_BYTES = 8 * 1024 * 1024;

const bytesOf = new RequestValue<number>('received bytes');

let received = 0;
let enabled = false;
let collectYoung: ((options: { type: 'minor' }) => void) | undefined;

/**
 * Enables `countReceived`. Only for a process that is nothing but a registry: it changes V8's collection for the whole process.
 */
export function reuseMemoryOfBodies(): void {
  enabled = true;
}

/** Returns how many bytes of a request's body were read so far. */
export function receivedOf(request: IncomingMessage): number {
  return bytesOf.get(request) ?? 0;
}

/** Counts received bytes, and triggers a minor collection early so that their memory is soon reused. */
export function countReceived(request: IncomingMessage, bytes: number): void {
  bytesOf.set(request, receivedOf(request) + bytes);
  received += bytes;
  if (!enabled || received < COLLECT_EVERY_BYTES) return;
  received = 0;
  // V8 sees much external memory but few objects, and would run major collections over and over: half of the processor time of a
  // large push. A minor collection takes less than a millisecond.
  collectYoung ??= exposeGc();
  collectYoung({ type: 'minor' });
}

/** Returns V8's collector. Only contexts created after the flag was set have it. */
function exposeGc(): (options: { type: 'minor' }) => void {
  setFlagsFromString('--expose-gc');
  // With helper threads V8 waits for them, and on busy processors they are late.
  setFlagsFromString('--no-parallel-scavenge');
  // The threshold of the major collection, relative to the live memory, which is little compared to the bytes of some uploads.
  setFlagsFromString('--heap-growing-percent=100');
  return runInNewContext('gc') as (options: { type: 'minor' }) => void;
}
