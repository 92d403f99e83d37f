import { describe, expect, it } from '@jest/globals';

import { changeText } from '../../../console/src/pages/compare/amounts.js';
import {
  chosenImages,
  parseImages,
  queryOf,
  swapped,
  textsOf,
} from '../../../console/src/pages/compare/chosen-images.js';
import { countsOf, detailOf } from '../../../console/src/pages/compare/file-changes.js';
import { comparePlace } from '../../../console/src/parts/places.js';

const DIGEST = `sha256:${'0'.repeat(64)}`;

describe('two images to compare', () => {
  it.each([
    ['team/app:1.0', 'team/app:2.0', { repository: 'team/app', a: '1.0', b: '2.0' }],
    ['team/app:1.0', '2.0', { repository: 'team/app', a: '1.0', b: '2.0' }],
    [`team/app@${DIGEST}`, DIGEST, { repository: 'team/app', a: DIGEST, b: DIGEST }],
    [' a:1 ', 'b:1', { repository: 'a', a: '1', b: '1', other: 'b' }],
    ['team/app', '2.0', undefined],
    ['team/app:1.0', '', undefined],
  ])('are read from %s and %s', (first, second, expected) => {
    expect(parseImages(first, second)).toEqual(expected);
  });

  it('are in the address of the page, and back', () => {
    const chosen = { repository: 'a/b', a: '1', b: DIGEST, other: 'c', platform: 'linux/arm64' };
    const place = comparePlace(chosen);

    expect(chosenImages(new URL(place, 'http://x').searchParams)).toEqual(chosen);
    expect(textsOf(chosen)).toEqual(['a/b:1', `c@${DIGEST}`]);
    expect(queryOf(chosen)).toEqual({ a: '1', b: DIGEST, with: 'c', platform: 'linux/arm64' });
    expect(swapped(swapped(chosen))).toEqual(chosen);
    expect(chosenImages(new URLSearchParams('repository=a&a=1'))).toBeUndefined();
  });
});

describe('how much something differs', () => {
  it.each([
    [100, 100, 'none'],
    [1_024, 2_048, '+1.0 KiB (+100 %)'],
    [2_048, 1_024, '−1.0 KiB (−50 %)'],
    [0, 10, '+10 B'],
    [1_000_000, 1_000_001, '+1 B'],
  ])('is from %d to %d: %s', (before, after, text) => {
    expect(changeText(before, after)).toBe(text);
  });
});

describe('a file that differs', () => {
  const file = { kind: 'file', size: 10, mode: 0o644, digest: 'sha256:a' } as const;
  const link = { kind: 'link', linkTo: '/bin/sh' } as const;

  it.each([
    ['has other content', file, { ...file, digest: 'sha256:b' }, 'content'],
    ['has another mode', file, { ...file, mode: 0o755 }, 'mode 0644, now 0755'],
    ['leads elsewhere', link, { ...link, linkTo: '/bin/bash' }, 'link to /bin/sh, now /bin/bash'],
    ['is a link now', file, link, 'now a link to /bin/sh'],
  ])('%s', (_, a, b, text) => {
    expect(detailOf({ path: 'x', change: 'changed', a, b })).toBe(text);
  });

  it('counts with the others', () => {
    const counts = countsOf([
      { path: 'a', change: 'added', b: file },
      { path: 'b', change: 'removed', a: { ...file, size: 4 } },
      { path: 'c', change: 'changed', a: file, b: { ...file, size: 1 } },
    ]);

    expect(counts).toEqual({ added: 1, removed: 1, changed: 1, bytes: -3 });
  });
});
