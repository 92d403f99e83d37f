import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { explore } from './schedule/explore.js';
import { instrumentMemory } from './schedule/observed-memory.js';
import { SOUND } from './schedule/scenarios.js';

/** Fewer than this, and the search has lost its way: then it finds nothing because it looks nowhere. */
const LEAST_STATES = 500;

const cases = (scenarios: typeof SOUND) =>
  scenarios.map((scenario) => {
    const { title, preemptions } = scenario;
    const limit = preemptions === undefined ? 'any number of' : `${preemptions}`;
    return { name: `${title} (${limit} preemptions)`, scenario };
  });

describe('every order of the steps of', () => {
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
