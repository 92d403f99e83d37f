import { describe, expect, it } from '@jest/globals';

import { Digest } from '../../../../src/domain/digest.js';
import { repo } from '../../../../src/storage/contract/fixtures.js';
import {
  LargestBlobs,
  type SizedBlob,
} from '../../../../src/storage/protocol/collect/largest-blobs.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');

const blob = (size: number): SizedBlob => ({ digest: Digest.of(Buffer.from(`${size}`)), size });
const blobs = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => blob(from + index));
const all = () => true;

describe('the largest blobs', () => {
  it('are at most a hundred, the largest first', () => {
    const largest = new LargestBlobs();
    for (let number = 0; number < 50; number++) {
      largest.replace(repo(`app-${number}`), blobs(number * 100, 100));
    }

    const sizes = largest.list(all).map(({ size }) => size);

    expect(sizes).toEqual(
      blobs(4_900, 100)
        .map(({ size }) => size)
        .reverse(),
    );
  });

  it('have the repositories that were visited, as of their last visit', () => {
    const largest = new LargestBlobs();
    largest.replace(HOME, [blob(5), blob(7)]);
    largest.replace(OTHER, [blob(5)]);
    largest.replace(HOME, [blob(5)]);

    expect(largest.list(all)).toEqual([{ ...blob(5), repositories: [OTHER, HOME] }]);
    expect(largest.list((name) => name === HOME)).toEqual([{ ...blob(5), repositories: [HOME] }]);
  });

  it('are forgotten with their repositories', () => {
    const largest = new LargestBlobs();
    largest.replace(HOME, [blob(5), blob(7)]);
    largest.replace(OTHER, [blob(5)]);

    largest.forgetExcept(new Map([[OTHER, true]]));

    expect(largest.list(all)).toEqual([{ ...blob(5), repositories: [OTHER] }]);
  });

  it('list a thousand repositories of a blob that more have', () => {
    const largest = new LargestBlobs();
    for (let number = 0; number < 1_200; number++)
      largest.replace(repo(`app-${number}`), [blob(5)]);

    expect(largest.list(all)[0]?.repositories).toHaveLength(1_000);
  });

  it('are again a hundred after the removal of fifty, without another visit', () => {
    const largest = new LargestBlobs();
    largest.replace(HOME, blobs(1_000, 50));
    for (let number = 0; number < 6; number++) {
      largest.replace(repo(`app-${number}`), blobs(number * 100, 100));
    }
    largest.forget(HOME);

    expect(largest.list(all)).toHaveLength(100);
    expect(largest.list(all)[0]?.size).toBe(599);
  });
});
