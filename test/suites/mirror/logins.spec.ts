import { describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { makeLogins } from '../../support/berth.js';
import { useClosing } from '../../support/closing.js';
import { CountingProxy } from '../../support/counting-proxy.js';
import { DockerDaemon } from '../clients/docker-daemon.js';
import { Mirroring } from './mirroring.js';

const HUB_USER = 'user-of-the-hub';
const HUB_PASSWORD = 'password-of-the-hub';

const RULES = `
rules:
  - { repositories: ['docker.io/**'], who: [anonymous], can: [pull] }
  - { repositories: ['**'], who: [alice], can: [pull, push] }
`;

const closeAfterTest = useClosing();

/** Starts a Berth with logins, whose mirror is public. */
async function start(mode: string): Promise<Mirroring> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-mirror-logins-'));
  closeAfterTest(() => rm(folder, { recursive: true }));
  const { environment } = await makeLogins(folder, { alice: 'password-of-alice' }, RULES);
  const mirroring = await Mirroring.start({ settings: { ...environment, REGISTRY_AUTH: mode } });
  closeAfterTest(() => mirroring.stop());
  return mirroring;
}

/** Writes the configuration of a docker that is logged in to Docker Hub. */
async function loggedIn(folder: string): Promise<string> {
  const auth = btoa(`${HUB_USER}:${HUB_PASSWORD}`);
  const config = { auths: { 'https://index.docker.io/v1/': { auth } } };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  return folder;
}

describe('docker with a login of Docker Hub', () => {
  it.each(['basic', 'token'])(
    'sends it nowhere when it pulls by a mirror of a registry with %s logins',
    async (mode) => {
      const mirroring = await start(mode);
      const { bench, address } = mirroring;
      const image = await mirroring.addImage('library/app');
      const proxy = await CountingProxy.start(`http://${address}`);
      bench.beforeStop(() => proxy.stop());
      const daemon = await DockerDaemon.start(bench, ['--registry-mirror', `http://${proxy.host}`]);
      const config = await loggedIn(await bench.emptyFolder('docker'));

      const said = await daemon.docker('--config', config, 'pull', 'app:1');

      expect(said).toContain(`Digest: ${image.digest}`);
      const requests = proxy.take();
      expect(requests.some(({ path }) => path.startsWith('/v2/library/app/blobs/'))).toBe(true);
      for (const { status, authorization } of requests) {
        expect({ status, authorization }).toEqual({ status: 200, authorization: undefined });
      }
      expect(bench.log()).toContain('library/app');
      expect(bench.log()).not.toContain(HUB_USER);
    },
  );
});
