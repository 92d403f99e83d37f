import { describe, expect, it } from '@jest/globals';

import {
  namesText,
  removalText,
  type Concerned,
  type Removal,
} from '../../../console/src/parts/changes/removal-text.js';
import { visibleText } from '../../../console/src/parts/visible-text.js';

const MANIFEST: Concerned = {
  digest: `sha256:${'0'.repeat(64)}`,
  purpose: 'image',
  tags: ['1.0'],
  otherTags: [],
  indexes: [],
  entries: 0,
  referrers: 0,
  fate: 'collected',
};

function textOf(
  manifest: Partial<Concerned>,
  more: Partial<Removal> = {},
): ReturnType<typeof removalText> {
  return removalText({
    manifests: [{ ...MANIFEST, ...manifest }],
    entries: [],
    bytes: 0,
    graceMs: 3_600_000,
    intervalMs: 3_600_000,
    keepsUntagged: false,
    ...more,
  });
}

describe('the text of a removal', () => {
  it('names the tags that stay on the same image, and what stays with it', () => {
    const one = textOf({ fate: 'tagged', otherTags: ['latest'], referrers: 2 });
    const many = textOf({ fate: 'tagged', otherTags: ['a', 'b'], entries: 3 });

    expect(one.goes).toEqual(['tag 1.0']);
    expect(one.stays).toEqual([
      'tag latest, which points to the same image',
      'image sha256:000000000000, with 2 referrers',
    ]);
    expect(many.stays).toEqual([
      'tags a, b, which point to the same image',
      'image sha256:000000000000, with 3 images of its index',
    ]);
  });

  it('says which bytes are freed, and when', () => {
    const freed = (more: Partial<Removal>): string => textOf({}, { bytes: 2_048, ...more }).freed;

    expect(freed({ freedBytes: 2_048 })).toBe(
      '2.0 KiB are freed by the next collection after 1 hour without use.',
    );
    expect(freed({ freedBytes: 1_024 })).toBe(
      '1.0 KiB are freed by the next collection after 1 hour without use. 1.0 KiB more leave this repository, and other repositories keep them.',
    );
    expect(freed({})).toBe(
      'At most 2.0 KiB are freed by the next collection after 1 hour without use.',
    );
    expect(freed({ freedBytes: 2_048, graceMs: 0, intervalMs: 0 })).toBe(
      '2.0 KiB are freed by the next collection, which an administrator starts.',
    );
  });

  it('says why no bytes are freed', () => {
    expect(textOf({ fate: 'tagged', otherTags: ['a'] }).freed).toBe(
      'No bytes are freed: all content is still needed.',
    );
    expect(textOf({ fate: 'kept' }, { keepsUntagged: true }).freed).toContain('tab Untagged');
  });

  it('names a removed index with its images', () => {
    const { goes } = textOf(
      { fate: 'removed', purpose: 'index', tags: [] },
      { entries: ['sha256:1', 'sha256:2'] },
    );

    expect(goes).toEqual(['index sha256:000000000000', '2 images of its index']);
  });

  it('counts names beyond the first five', () => {
    expect(namesText(['a', 'b'])).toBe('a, b');
    expect(namesText(['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toBe('a, b, c, d, e and 2 more');
  });
});

describe('the text of strangers', () => {
  it('has its hidden characters written out', () => {
    expect(visibleText('a\u202eb\u0000c\u200fd\ufeff')).toBe('a\\u202eb\\u0000c\\u200fd\\ufeff');
    expect(visibleText('line\n\ttab é 漢 🙂 مرحبا')).toBe('line\n\ttab é 漢 🙂 مرحبا');
  });
});
