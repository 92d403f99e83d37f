import { describe, expect, it } from '@jest/globals';

import { Digest } from '../../../../src/domain/digest.js';
import { OCI_IMAGE } from '../../../../src/domain/media-type.js';
import { TagAnswers } from '../../../../src/mirror/content/tag-answers.js';
import { repo, tag } from '../../../../src/storage/contract/fixtures.js';

const REPOSITORY = repo('docker.io/library/alpine');
const DIGEST = Digest.of(Buffer.from('manifest'));

describe('the tags that wait for one manifest', () => {
  it('are the latest hundred, so that a registry whose tags all point there takes little memory', () => {
    const answers = new TagAnswers(60_000, () => 0);
    const manifest = { mediaType: OCI_IMAGE, digest: DIGEST, size: 10 };
    for (let index = 0; index < 1_000; index++) {
      answers.set(REPOSITORY, tag(`t${index}`), manifest, false);
    }
    answers.set(REPOSITORY, tag('t999'), manifest, false);

    const waiting = answers.waitingFor(REPOSITORY, DIGEST);

    expect(waiting).toHaveLength(100);
    expect([waiting[0], waiting.at(-1)]).toEqual(['t900', 't999']);
  });
});
