import { type RegistryEvent } from '../../domain/registry-event.js';
import { newestSpans } from '../../events/newest-spans.js';
import { type Outbox } from '../../storage/ports/outbox.js';
import { type PassDto } from './gc-api.dto.js';

/** Resolves to the last collections of all processes, the newest first, as far as their events are kept. */
export async function recentPasses(outbox: Outbox, count: number): Promise<PassDto[]> {
  const passes: PassDto[] = [];
  for await (const { events } of newestSpans(outbox)) {
    for (const event of events) {
      if (event.type !== 'gc.finished') continue;
      if (passes.push(shown(event)) === count) return passes;
    }
  }
  return passes;
}

function shown({ time, data }: RegistryEvent): PassDto {
  const { result = 'complete', milliseconds = 0, freedBytes = 0 } = data;
  return { result, endedAt: time, milliseconds: Math.round(milliseconds), freedBytes };
}
