import { describe, expect, it } from '@jest/globals';

import {
  EventIds,
  isEventId,
  timeOfEventId,
  writerOfEventId,
} from '../../../src/domain/event-id.js';

describe('the ids of events', () => {
  it('ascend within a millisecond, and when the clock goes backwards', () => {
    const times = [1_000, 1_000, 1_000, 400, 999, 1_001, 5_000];
    const ids = new EventIds(undefined, () => times.shift() ?? 5_000);

    const made = Array.from({ length: 8 }, () => ids.next());

    expect([...made].sort()).toEqual(made);
    expect(new Set(made).size).toBe(8);
  });

  it('ascend after more ids than a millisecond has', () => {
    const ids = new EventIds(undefined, () => 1_000);
    let last = ids.next();
    for (let count = 0; count < 32 ** 4; count++) last = ids.next();

    expect(timeOfEventId(last)).toBe(1_001);
  });

  it('contain their time and their writer', () => {
    const now = Date.parse('2026-11-29T16:00:00.123Z');
    const id = new EventIds('0123456789AB', () => now).next();

    expect(isEventId(id)).toBe(true);
    expect(timeOfEventId(id)).toBe(now);
    expect(writerOfEventId(id)).toBe('0123456789AB');
  });

  it('of two writers are different', () => {
    const [one, other] = [new EventIds(), new EventIds()];

    expect(one.writer).not.toBe(other.writer);
  });
});
