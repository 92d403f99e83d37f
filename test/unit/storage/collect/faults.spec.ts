import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { explore } from './schedule/explore.js';
import {
  lookBeforeIntent,
  namesBeforeIntents,
  noRescue,
  noSecondLook,
  unlinkAfterFailedLink,
} from './schedule/faults.js';
import { instrumentMemory } from './schedule/observed-memory.js';
import { OLD_BLOBS, READ_OWN, RETAG, SOUND, TWO_TAKE_BLOBS } from './schedule/scenarios.js';

const FAULTS = [
  { name: 'no second look', fault: noSecondLook, scenario: OLD_BLOBS },
  { name: 'a publisher that looks before its intent', fault: lookBeforeIntent, scenario: RETAG },
  { name: 'names that are read before intents', fault: namesBeforeIntents, scenario: OLD_BLOBS },
  { name: 'an unlink after a failed link', fault: unlinkAfterFailedLink, scenario: TWO_TAKE_BLOBS },
  { name: 'no rescue', fault: noRescue, scenario: READ_OWN },
];

describe('the search finds out', () => {
  let undo: () => void;
  beforeAll(() => {
    undo = instrumentMemory();
  });
  afterAll(() => undo());

  it.each(FAULTS)(
    '$name',
    async ({ fault, scenario }) => {
      const repair = fault();
      const broken = await explore(scenario, { stopAtFirst: true }).finally(repair);
      expect(broken.violations).toHaveLength(1);
    },
    60_000,
  );

  it('and finds nothing in the same schedules without them', () => {
    // interleaving.spec.ts runs them.
    expect(SOUND).toEqual(expect.arrayContaining(FAULTS.map(({ scenario }) => scenario)));
  });
});
