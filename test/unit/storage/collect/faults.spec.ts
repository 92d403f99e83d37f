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
  {
    name: 'a collector that deletes without a second look',
    fault: noSecondLook,
    scenario: OLD_BLOBS,
  },
  {
    name: 'a publisher that looks for content before it writes its intent',
    fault: lookBeforeIntent,
    scenario: RETAG,
  },
  {
    name: 'a collector that reads names before intents',
    fault: namesBeforeIntents,
    scenario: OLD_BLOBS,
  },
  {
    name: 'a collector that unlinks an entry although its link failed',
    fault: unlinkAfterFailedLink,
    scenario: TWO_TAKE_BLOBS,
  },
  {
    name: 'a client that does not restore entries that were set aside',
    fault: noRescue,
    scenario: READ_OWN,
  },
];

describe('the search of all schedules finds the fault of', () => {
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

  it('scenarios that interleaving.spec.ts proves sound without a fault', () => {
    expect(SOUND).toEqual(expect.arrayContaining(FAULTS.map(({ scenario }) => scenario)));
  });
});
