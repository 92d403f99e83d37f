import { type Bench, type BenchOptions } from './bench.js';
import { collect } from './collect.js';
import { type Pusher } from '../../support/push-over-http.js';
import { pushContent } from './push-content.js';
import { imageOf } from './seed.js';

/** Alice administers, and bob may pull what is of the team. */
export const GUARD: NonNullable<BenchOptions['guard']> = {
  passwords: { alice: 'wonderland-7', bob: 'builder-builder' },
  rules: `
groups:
  builders: [bob]
admins: [alice]
rules:
  - { repositories: ['**'], who: [alice], can: [pull, push, delete] }
  - { repositories: ['team/**'], who: [group:builders], can: [pull] }
`,
};

/** Nothing is young enough to stay, so that a collection removes what was deleted. */
export const ENVIRONMENT = { REGISTRY_GC_GRACE: '0s', REGISTRY_GC_UNTAGGED: 'collect' };

/** Pushes repositories of different sizes that share layers, one tag that is removed again, and counts them. */
export async function seedStorage(pusher: Pusher): Promise<void> {
  const shared = imageOf('shared', [256]);
  await pushContent(pusher, 'team/app', '1.0', shared);
  await pushContent(pusher, 'team/web', '1.0', imageOf('web', [128, 64]));
  await pushContent(pusher, 'secret/plan', '1.0', shared);
  await pushContent(pusher, 'secret/vault', '1.0', imageOf('vault', [512]));
  await collect(pusher);
}

/** Opens a page as somebody. */
export async function openAs(
  bench: Bench,
  name: 'alice' | 'bob',
  path: string,
  options: Parameters<Bench['open']>[1] = {},
): ReturnType<Bench['open']> {
  const page = await bench.open(path, { as: name, ...options });
  page.setDefaultTimeout(5_000);
  return page;
}
