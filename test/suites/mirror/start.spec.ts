import { describe, expect, it } from '@jest/globals';

import { useClosing } from '../../support/closing.js';
import { startServer, type ServerProcess } from '../../support/server-process.js';
import { MirrorsFile } from '../../support/mirrors.js';
import { Mirroring } from './mirroring.js';

/** How much longer a start may take than without mirrors, in milliseconds. They are loaded meanwhile. */
const MORE_MS = 1_000;

const closeAfterTest = useClosing();

/** Starts a second registry on the storage of the first, and measures how long that takes. */
async function startOn(
  mirroring: Mirroring,
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly server: ServerProcess; readonly tookMs: number }> {
  const begin = performance.now();
  const storagePath = mirroring.bench.path('registry');
  const server = await startServer({ driver: 'filesystem', storagePath, environment });
  closeAfterTest(() => server.stop());
  return { server, tookMs: performance.now() - begin };
}

describe('a registry whose upstreams cannot be reached', () => {
  it('starts as quickly as without mirrors, and serves what was pulled before', async () => {
    const mirroring = await Mirroring.start();
    closeAfterTest(() => mirroring.stop());
    const { bench, hub, host } = mirroring;
    const image = await mirroring.addImage('library/app');
    await bench.run('crane', ['validate', '--remote', `${host}/docker.io/app:1`]);
    await hub.stop();
    const file = await MirrorsFile.write(`mirrors:
  - { name: docker.io, url: '${hub.url}', library: true, addresses: private }
  - { name: unknown, url: 'https://upstream.invalid' }
  - { name: silent, url: 'http://192.0.2.1', addresses: private }
`);
    closeAfterTest(() => file.remove());

    const usual = await startOn(mirroring, {});
    const { server, tookMs } = await startOn(mirroring, file.environment);

    expect(tookMs).toBeLessThan(usual.tookMs + MORE_MS);
    const through = `${new URL(server.url).host}/docker.io/library/app:1`;
    expect(await bench.run('crane', ['digest', through])).toBe(`${image.digest}`);
    await bench.run('crane', ['validate', '--remote', through]);
    await bench.run('crane', ['pull', through, bench.path('pulled.tar')]);
  });
});
