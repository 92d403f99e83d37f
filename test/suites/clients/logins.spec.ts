import { beforeAll, describe, expect, it } from '@jest/globals';
import { useBench, type Guard } from './bench.js';
import { gatherApplication } from './files.js';
import { TAG, type Client, type Person } from './logins/client.js';
import { BUILDAH, PODMAN, SKOPEO } from './logins/containers.js';
import { CRANE } from './logins/crane.js';
import { DOCKER } from './logins/docker.js';
import { ORAS } from './logins/oras.js';
import { DENIED, done, LOG_IN, refused, WRONG } from './logins/outcome.js';
import { OciLayout } from './oci-layout.js';

const DELETING = [CRANE, ORAS, SKOPEO];
const CLIENTS: readonly Client[] = [...DELETING, PODMAN, BUILDAH, DOCKER];

const RULES = `
rules:
  - { repositories: ['team/*', 'mirror/*', 'public/*'], who: [developer], can: [pull, push] }
  - { repositories: ['team/*'], who: [reader], can: [pull] }
  - { repositories: ['public/*'], who: [anonymous], can: [pull] }
`;
const NAMES = ['developer', 'reader', 'stranger'];
const passwordOf = (name: string): string => `the password of ${name}`;

const guard = (mode: Guard['mode']): Guard => ({
  mode,
  passwords: Object.fromEntries(NAMES.map((name) => [name, passwordOf(name)])),
  rules: RULES,
});

async function loggedIn<P extends Person>(
  person: (name: string) => Promise<P>,
  name: string,
): Promise<P> {
  const somebody = await person(name);
  await done(somebody.logIn(name, passwordOf(name)));
  return somebody;
}

describe.each(['basic', 'token'] as const)('logins (%s)', (mode) => {
  const bench = useBench({ guard: guard(mode) });
  const tags = (repository: string): Promise<string[]> => bench().api.tags(repository);
  let image: OciLayout;
  beforeAll(async () => {
    const { app } = await gatherApplication(bench().path('files'));
    image = await OciLayout.create(bench().path('layout'));
    await image.tag(TAG, await image.addImage({ layers: [app] }));
  });

  describe.each(CLIENTS)('$name', (client) => {
    const [team, mirror, open] = [
      `team/${client.name}`,
      `mirror/${client.name}`,
      `public/${client.name}`,
    ];
    let person: (name: string) => Promise<Person>;
    let developer: Person;
    beforeAll(async () => {
      person = await client.start(bench(), image);
      developer = await loggedIn(person, 'developer');
      await done(developer.push(`${team}:${TAG}`));
      await done(developer.push(`${open}:${TAG}`));
    });

    it('pushes, pulls, and mounts from another repository', async () => {
      await done(developer.pull(`${team}:${TAG}`));
      await done(developer.copy(`${team}:${TAG}`, `${mirror}:${TAG}`));
      const mount = `POST /v2/${mirror}/blobs/uploads/\\?\\S*mount=\\S* 201 `;
      expect(await bench().logged(new RegExp(mount))).toBe(true);
      const pushed = await bench().api.readWhole(team, TAG);
      expect(await bench().api.readWhole(mirror, TAG)).toEqual(pushed);
    });

    it('cannot push with only the right to pull', async () => {
      const reader = await loggedIn(person, 'reader');
      await done(reader.pull(`${team}:${TAG}`));
      await refused(reader.push(`${team}:refused`), DENIED);
      await refused(reader.copy(`${team}:${TAG}`, `${mirror}:refused`), DENIED);
      expect([...(await tags(team)), ...(await tags(mirror))]).not.toContain('refused');
    });

    it('gets the same error for existing and missing repositories without rights', async () => {
      const stranger = await loggedIn(person, 'stranger');
      await refused(stranger.pull(`${team}:${TAG}`), DENIED);
      await refused(stranger.pull(`team/none:${TAG}`), DENIED);
      await refused(stranger.push(`${team}:refused`), DENIED);
      await done(stranger.pull(`${open}:${TAG}`));
    });

    it('reports that a login is required', async () => {
      const nobody = await person('nobody');
      await refused(nobody.push(`${team}:refused`), LOG_IN);
      const pulls = nobody.pull(`${team}:${TAG}`);
      if (mode === 'token' || client.anonymousByBasic) await refused(pulls, LOG_IN);
      else expect((await pulls).code).not.toBe(0);
    });

    it('reports a wrong password', async () => {
      const guesser = await person('guesser');
      // A unique name, because after a few failures a name is refused even with the right
      // password.
      const login = guesser.logIn(`guesser-${client.name}`, 'a guess');
      if (client.triesLogins) await refused(login, WRONG);
      else {
        await done(login);
        await refused(guesser.pull(`${team}:${TAG}`), WRONG);
      }
    });

    it('pulls public images without a login', async () => {
      const pulls = (await person('nobody')).pull(`${open}:${TAG}`);
      if (mode === 'token' || client.anonymousByBasic) await done(pulls);
      else expect((await pulls).code).not.toBe(0);
    });

    it('logs in with a robot’s token until it is revoked', async () => {
      const grants = ['--can', 'pull,push', '--repositories', team, '--expires', '1d'];
      const token = (await bench().berth(['token', 'create', ...grants])).trim().split('\n').at(-1);
      const robot = await person('robot');
      await done(robot.logIn('robot', token ?? ''));
      await done(robot.push(`${team}:robot`));
      await done(robot.pull(`${team}:robot`));
      await refused(robot.push(`${mirror}:refused`), DENIED);
      await bench().berth(['token', 'revoke', token?.split('_')[1] ?? '']);
      await refused(robot.push(`${team}:revoked`), WRONG);
      expect(await tags(team)).not.toContain('revoked');
    });
  });

  describe.each(DELETING)('$name', (client) => {
    it('cannot delete with only the right to push', async () => {
      const developer = await loggedIn(await client.start(bench(), image), 'developer');
      const kept = `team/${client.name}-kept`;
      await done(developer.push(`${kept}:${TAG}`));
      await refused(developer.remove(`${kept}:${TAG}`), DENIED);
      expect(await tags(kept)).toEqual([TAG]);
    });
  });
});
