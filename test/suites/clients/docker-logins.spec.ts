import { beforeAll, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { useBench } from './bench.js';
import { gatherApplication } from './files.js';
import { TAG, type Person } from './logins/client.js';
import { DOCKER } from './logins/docker.js';
import { done, refused, WRONG } from './logins/outcome.js';
import { OciLayout } from './oci-layout.js';

const RULES = "rules: [{ repositories: ['team/*'], who: [alice], can: [pull, push] }]";
const APP = `team/app:${TAG}`;

const bench = useBench({
  guard: { mode: 'token', passwords: { alice: 'the first' }, rules: RULES },
});
let alice: Person;
beforeAll(async () => {
  const { app } = await gatherApplication(bench().path('files'));
  const image = await OciLayout.create(bench().path('layout'));
  await image.tag(TAG, await image.addImage({ layers: [app] }));
  alice = await (await DOCKER.start(bench(), image))('alice');
});

/**
 * Returns what docker stores of its login: a refresh token, and in `auth` the name, with the
 * password if that is stored.
 */
async function kept(): Promise<{ auth?: string; identitytoken?: string } | undefined> {
  const config: unknown = JSON.parse(
    await readFile(bench().path('docker/alice/config.json'), 'utf8'),
  );
  return (config as { auths: Record<string, object> }).auths[bench().host];
}

it('docker stores a refresh token, which a change of the password invalidates', async () => {
  await done(alice.logIn('alice', 'the first'));
  expect(await kept()).toEqual({ auth: btoa('alice:'), identitytoken: expect.any(String) });
  await done(alice.push(APP));
  expect(await bench().logged(/POST \/v2\/_token 200/)).toBe(true);

  await bench().berth(['user', 'add', 'alice'], 'the second\n');
  // The registry checks the file each second.
  for (let round = 0; round < 5 && (await alice.pull(APP)).code === 0; round++) await delay(900);
  await refused(alice.pull(APP), WRONG);
  await done(alice.logIn('alice', 'the second'));
  await done(alice.pull(APP));
});
