import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { explore } from './schedule/explore.js';
import { instrumentMemory } from './schedule/observed-memory.js';
import { SOUND } from './schedule/scenarios.js';

/** With fewer states than this, the search itself is broken, and finds no violation because it tries too little. */
const LEAST_STATES = 500;

const cases = (scenarios: typeof SOUND) =>
  scenarios.map((scenario) => {
    const { title, preemptions } = scenario;
    const limit = preemptions === undefined ? 'any number of' : `${preemptions}`;
    return { name: `${title} (${limit} preemptions)`, scenario };
  });

describe('no order of steps violates the promises in', () => {
  let undo: () => void;
  beforeAll(() => {
    undo = instrumentMemory();
  });
  afterAll(() => undo());

  it.each(cases(SOUND))(
    '$name',
    async ({ scenario }) => {
      const { states, violations } = await explore(scenario, { stopAtFirst: true });
      expect(violations).toEqual([]);
      expect(states).toBeGreaterThan(LEAST_STATES);
    },
    60_000,
  );
});
