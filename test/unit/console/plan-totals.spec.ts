import { describe, expect, it } from '@jest/globals';

import {
  EMPTY_PLAN,
  SHOWN_ENTRIES,
  withEntries,
  type PlannedEntry,
} from '../../../console/src/pages/storage/plan-totals.js';

const entry = (freed: number, why = 'no tag'): PlannedEntry => ({
  kind: 'blobs',
  repository: 'team/app',
  digest: `sha256:${freed}`,
  size: freed,
  freed,
  why,
});

describe('the totals of a plan', () => {
  it('add up by reason, over many answers', () => {
    const first = withEntries(EMPTY_PLAN, [entry(1), entry(2, 'no manifest')]);
    const { count, freed, reasons } = withEntries(first, [entry(3)]);

    expect({ count, freed, reasons }).toEqual({
      count: 3,
      freed: 6,
      reasons: [
        { why: 'no tag', count: 2, freed: 4 },
        { why: 'no manifest', count: 1, freed: 2 },
      ],
    });
  });

  it('keep only the entries that free the most', () => {
    const many = Array.from({ length: 60 }, (_, at) => entry(at));
    const { largest } = withEntries(withEntries(EMPTY_PLAN, many), [entry(500)]);

    expect(largest).toHaveLength(SHOWN_ENTRIES);
    expect(largest.slice(0, 2).map(({ freed }) => freed)).toEqual([500, 59]);
  });
});
