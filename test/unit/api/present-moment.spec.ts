import { expect, it } from '@jest/globals';

import { type Rights } from '../../../src/access/guard/rights.js';
import { momentSeenBy, type MomentEvent } from '../../../src/api/events/present-moment.js';

const ORIGIN = { address: '10.0.0.7' };

function failure(repository?: string): MomentEvent {
  const about = repository === undefined ? {} : { repository };
  const data = { failure: '1', message: 'no', by: 'bob' };
  return { type: 'request.failed', time: '2026-11-30T10:00:00Z', ...about, data, origin: ORIGIN };
}

/** Returns the rights of somebody who may do this in every repository. */
function rightsOf(name: string, may: readonly string[], isAdmin = false): Rights {
  const has = (_: string, action: string): boolean => may.includes(action);
  return { caller: { name }, isAdmin, has } as unknown as Rights;
}

it('has failures without a repository for administrators only', () => {
  const seen = [rightsOf('olga', ['pull'], true), rightsOf('ann', ['pull', 'push'])].map((rights) =>
    momentSeenBy(rights, failure()),
  );

  expect(seen).toEqual([failure(), undefined]);
});

it('has nothing of a repository that one may not pull, not even for an administrator', () => {
  expect(momentSeenBy(rightsOf('olga', ['push'], true), failure('team/app'))).toBeUndefined();
});

it('says who it was to nobody else', () => {
  const [ann, bob] = ['ann', 'bob'].map((name) =>
    momentSeenBy(rightsOf(name, ['pull']), failure('team/app')),
  );

  expect(ann?.data).toEqual({ failure: '1', message: 'no' });
  expect(bob?.data).toMatchObject({ by: 'bob' });
  expect([ann, bob].some((event) => event !== undefined && 'origin' in event)).toBe(false);
});
