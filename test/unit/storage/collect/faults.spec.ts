import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { explore } from './schedule/explore.js';
import {
  lookBeforeIntent,
  moveInTwoSteps,
  namesBeforeIntents,
  noRescue,
  noSecondLook,
  noSecondSearch,
} from './schedule/faults.js';
import { instrumentMemory } from './schedule/observed-memory.js';
import {
  DELETE_AND_PUSH_AGAIN,
  DELETE_ENTRY,
  OLD_BLOBS,
  READ_OWN,
  RETAG,
  SOUND,
} from './schedule/scenarios.js';

const FAULTS = [
  {
    name: 'a collector that deletes without a second look',
    fault: noSecondLook,
    scenario: OLD_BLOBS,
  },
  {
    name: 'a deletion that looks for indexes only before it sets the manifest aside',
    fault: noSecondSearch,
    scenario: DELETE_ENTRY,
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
    name: 'a collector that moves an entry aside in two steps',
    fault: moveInTwoSteps,
    scenario: DELETE_AND_PUSH_AGAIN,
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
