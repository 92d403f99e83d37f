import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { fastCheckOptions } from './seed.js';
import { UploadModel, type UploadAction } from './upload-model.js';
import { DRIVERS, Victim } from './victim.js';

const KINDS: readonly UploadAction['kind'][] = [
  ...(['begin', 'begin', 'add', 'add in range', 'add twice at once', 'add behind a gap'] as const),
  ...([
    'add again',
    'add of a wrong length',
    'ask',
    'cancel',
    'close',
    'close as another',
  ] as const),
];

const action: fc.Arbitrary<UploadAction> = fc.record({
  kind: fc.constantFrom(...KINDS),
  which: fc.nat(5),
  // The model counts characters and the server bytes, which is the same only in ASCII.
  bytes: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 }),
});

describe.each(DRIVERS)('interleaved uploads (%s)', (driver) => {
  let victim: Victim;
  beforeAll(async () => {
    victim = await Victim.start(driver);
  });
  afterAll(() => victim.stop());

  it('agree with a simple model', async () => {
    const sequences = fc.array(action, { minLength: 1, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(sequences, async (actions) => {
        const model = new UploadModel(victim);
        for (const one of [{ kind: 'begin', which: 0, bytes: '' } as const, ...actions]) {
          expect(await model.run(one)).toEqual([]);
        }
        expect(await victim.normalComplaints()).toEqual([]);
      }),
      fastCheckOptions(120),
    );
  });
});
