import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** After so many bytes the buffers that held them are let go. */
const COLLECT_EVERY_BYTES = 8 * 1024 * 1024;

let received = 0;
let enabled = false;
let collectYoung: ((options: { type: 'minor' }) => void) | undefined;

/** Has `countReceived` do its work. For a process that is a registry and nothing else: it changes how V8 collects in all of it. */
export function reuseMemoryOfBodies(): void {
  enabled = true;
}

/**
 * Counts bytes of bodies, so that the memory which they came in is used again soon.
 *
 * Node gives each piece of a body a buffer of its own, outside V8's heap. V8 sees how much lies there, but hardly any objects, so
 * the cheap collection that would free them does not come, and the thorough one does, over and over: half of the processor time of
 * a large push. A cheap one in time takes less than a millisecond.
 */
export function countReceived(bytes: number): void {
  received += bytes;
  if (!enabled || received < COLLECT_EVERY_BYTES) return;
  received = 0;
  collectYoung ??= exposeGc();
  collectYoung({ type: 'minor' });
}

/** V8 gives its collector to contexts that are made after it was told to. */
function exposeGc(): (options: { type: 'minor' }) => void {
  setFlagsFromString('--expose-gc');
  // With helpers it waits for them, and on busy processors they come late: then everybody waits.
  setFlagsFromString('--no-parallel-scavenge');
  // The limit for the thorough one is that much above what is alive, which is little beside the bytes of some uploads.
  setFlagsFromString('--heap-growing-percent=100');
  return runInNewContext('gc') as (options: { type: 'minor' }) => void;
}
