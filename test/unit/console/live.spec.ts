import { describe, expect, it } from '@jest/globals';

import { isTouched } from '../../../console/src/api/live/touched.js';
import {
  type FailedRequest,
  type PullProgress,
  type ReusedBlob,
  type UploadProgress,
} from '../../../console/src/api/live/live-message.js';
import {
  explanationsOf,
  withFailure,
  type Failures,
} from '../../../console/src/pages/live/failures.js';
import { happeningsOf, merged } from '../../../console/src/pages/live/happenings.js';
import {
  withoutOldPulls,
  withPull,
  type Pulls,
} from '../../../console/src/pages/live/pull-progress.js';
import {
  pushesOf,
  reusedText,
  totalOf,
  withoutOld,
  withoutOldReuses,
  withProgress,
  type Uploads,
} from '../../../console/src/pages/live/push-progress.js';
import { type RegistryEvent } from '../../../console/src/parts/events/event-text.js';

const START_MS = Date.parse('2026-11-29T16:00:00.000Z');

function progress(
  upload: string,
  second: number,
  receivedBytes: number,
  more: Partial<UploadProgress['data']> = {},
): UploadProgress {
  const time = new Date(START_MS + second * 1_000).toISOString();
  const data = { upload, receivedBytes, ...more };
  return { type: 'upload.progress', time, repository: 'team/app', data };
}

const after = (...events: UploadProgress[]): Uploads =>
  events.reduce<Uploads>((uploads, event) => withProgress(uploads, event), new Map());

function event(id: string, type: string, data: RegistryEvent['data'] = {}): RegistryEvent {
  return { id, type, time: '2026-11-29T16:00:00.000Z', repository: 'team/app', data };
}

describe('the progress of pushes', () => {
  it('has the blobs of one person to one repository together', () => {
    const uploads = after(
      progress('a', 0, 100, { by: 'ann' }),
      progress('b', 0, 200, { by: 'ann' }),
      progress('c', 0, 300, { by: 'bob' }),
    );
    const shown = pushesOf(uploads).map(({ by, uploads: blobs }) => [by, blobs.length]);

    expect(shown).toEqual([
      ['ann', 2],
      ['bob', 1],
    ]);
  });

  it('has a rate from the second look on, in which the last second counts most', () => {
    expect(after(progress('a', 0, 500)).get('a')?.bytesPerSecond).toBeUndefined();
    const uploads = after(progress('a', 0, 500), progress('a', 1, 1_500), progress('a', 2, 3_500));

    expect(uploads.get('a')?.bytesPerSecond).toBe(1_500);
  });

  it('adds up the bytes of all blobs, and the rate of those that still run', () => {
    const uploads = after(
      progress('a', 0, 0),
      progress('b', 0, 0),
      progress('a', 1, 1_000),
      progress('b', 1, 400),
      progress('b', 2, 400, { ended: true }),
    );
    const [push] = pushesOf(uploads);

    expect(push && totalOf(push)).toEqual({ receivedBytes: 1_400, bytesPerSecond: 1_000 });
  });

  it('goes a moment after the end, and when nothing was heard for a minute', () => {
    const uploads = after(progress('a', 0, 1, { ended: true }), progress('b', 0, 1));

    expect(withoutOld(uploads, START_MS + 1_000)).toBe(uploads);
    expect([...withoutOld(uploads, START_MS + 5_000).keys()]).toEqual(['b']);
    expect(withoutOld(uploads, START_MS + 61_000).size).toBe(0);
  });
});

const timeAt = (second: number): string => new Date(START_MS + second * 1_000).toISOString();

function reuse(id: string, digest: string, more: Partial<ReusedBlob['data']> = {}): ReusedBlob {
  const data = { reuse: id, digest, how: 'exists' as const, ...more };
  return { type: 'blob.reused', time: timeAt(0), repository: 'team/app', data };
}

describe('the blobs that a push does not have to send', () => {
  const all = (...reuses: ReusedBlob[]) => new Map(reuses.map((one) => [one.data.reuse, one]));

  it('are those of the push of the same person, also before it sends anything', () => {
    const reuses = all(reuse('1', 'a', { by: 'ann' }), reuse('2', 'b', { by: 'bob' }));
    const shown = pushesOf(after(progress('x', 0, 1, { by: 'ann' })), reuses);

    expect(shown.map(({ by, uploads, reused }) => [by, uploads.length, reused.length])).toEqual([
      ['ann', 1, 1],
      ['bob', 0, 1],
    ]);
  });

  it('are counted once, however often the client asks', () => {
    const mounted = reuse('3', 'c', { how: 'mounted' });

    expect(reusedText([reuse('1', 'a'), reuse('2', 'a'), mounted])).toBe(
      '1 already there, 1 mounted from another repository',
    );
    expect(reusedText([])).toBe('');
  });

  it('go after half a minute', () => {
    const reuses = all(reuse('1', 'a'));

    expect(withoutOldReuses(reuses, START_MS + 29_000)).toBe(reuses);
    expect(withoutOldReuses(reuses, START_MS + 31_000).size).toBe(0);
  });
});

describe('the pulls of large blobs', () => {
  const pull = (
    second: number,
    sentBytes: number,
    ended?: PullProgress['data']['ended'],
  ): PullProgress => ({
    type: 'pull.progress',
    time: timeAt(second),
    repository: 'team/app',
    data: { pull: 'a', digest: 'sha256:1', sentBytes, totalBytes: 9_000, ...(ended && { ended }) },
  });
  const pulls = (...events: PullProgress[]): Pulls =>
    events.reduce<Pulls>((before, one) => withPull(before, one), new Map());

  it('have a rate, which stays when they end', () => {
    const running = [pull(0, 0), pull(1, 4_000)];

    expect(pulls(...running).get('a')?.bytesPerSecond).toBe(4_000);
    expect(pulls(...running, pull(2, 9_000, 'complete')).get('a')).toMatchObject({
      bytesPerSecond: 4_000,
      sentBytes: 9_000,
      ended: 'complete',
    });
  });

  it('go a moment after the end, and when nothing was heard for a minute', () => {
    const ended = pulls(pull(0, 9_000, 'cut'));

    expect(withoutOldPulls(ended, START_MS + 5_000)).toBe(ended);
    expect(withoutOldPulls(ended, START_MS + 11_000).size).toBe(0);
    expect(withoutOldPulls(pulls(pull(0, 1)), START_MS + 11_000).size).toBe(1);
    expect(withoutOldPulls(pulls(pull(0, 1)), START_MS + 61_000).size).toBe(0);
  });
});

describe('what failed', () => {
  const failed = (id: string, second: number, times = 1): FailedRequest => ({
    type: 'request.failed',
    time: timeAt(second),
    repository: 'team/app',
    data: { failure: id, attempt: 'push', status: 403, code: 'DENIED', message: 'no', times },
  });

  it('has the newest first, and what happens again once', () => {
    const all = [failed('a', 0), failed('b', 1), failed('a', 2, 2)];
    const shown = all.reduce<Failures>((before, one) => withFailure(before, one), new Map());

    expect([...shown.values()].map(({ data }) => [data.failure, data.times])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });

  it.each([
    [{ advice: 'ask the operator', limit: 10 }, ['Ask the operator.', 'limit: 10']],
    [{ repository: 'team/app', lacking: 'push' }, ['repository: team/app, lacking: push']],
    [['sha256:1', 'sha256:2'], ['sha256:1, sha256:2']],
    ['a text', ['a text']],
    [undefined, []],
    [null, []],
  ])('explains %j as %j', (detail, expected) => {
    expect(explanationsOf(detail)).toEqual(expected);
  });
});

describe('what happened', () => {
  it('has the newest first, and each event once', () => {
    const [a, b, c] = ['1', '2', '3'].map((id) => event(id, 'tag.created'));
    const known = merged([], [a, b] as RegistryEvent[]);

    expect(known.map(({ id }) => id)).toEqual(['2', '1']);
    expect(merged(known, [b, c] as RegistryEvent[]).map(({ id }) => id)).toEqual(['3', '2', '1']);
    expect(merged(known, [a] as RegistryEvent[])).toBe(known);
  });

  it('has the events of a push as one entry, led by the manifest, without its new tags', () => {
    const entries = happeningsOf([
      event('4', 'tag.created', { tag: '1.0', push: 'p' }),
      event('3', 'tag.moved', { tag: 'latest', push: 'p' }),
      event('2', 'manifest.pushed', { push: 'p' }),
      event('1', 'tag.deleted', { tag: 'old' }),
    ]);

    expect(entries.map((one) => [one.event.id, one.more.map(({ id }) => id)])).toEqual([
      ['2', ['3']],
      ['1', []],
    ]);
  });
});

describe('an answer', () => {
  it.each([
    ['the tags of the repository', ['tags', 'team/app', { sort: 'name' }], true],
    ['the tags of another repository', ['tags', 'team/other', {}], false],
    ['the list of repositories', ['repositories', { search: '' }], true],
    ['who looks', ['me'], false],
  ])('of %s: %j, is touched by a push: %s', (_, key, expected) => {
    expect(isTouched(key, [{ type: 'tag.created', repository: 'team/app' }])).toBe(expected);
  });

  it('about the storage is touched by a collection, and not by a failed login', () => {
    expect(isTouched(['storage'], [{ type: 'gc.finished' }])).toBe(true);
    expect(isTouched(['storage'], [{ type: 'login.failed' }])).toBe(false);
  });
});
