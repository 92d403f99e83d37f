import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { nginxConfiguration } from '../test/support/nginx-configuration.ts';
import { PROJECT_ROOT } from '../test/support/server-process.ts';
import { berthOn, freshDirectory, launch, type Registry } from './registries.ts';

/**
 * Returns Berth behind the nginx of examples/nginx, which sends the blobs. It has no TLS, because
 * the load program has none.
 */
export function berthBehindNginx(): Registry {
  return {
    name: 'Berth behind nginx',
    version: '',
    start: async () => {
      const folder = freshDirectory();
      const berth = await berthOn(join(folder, 'data'), {
        REGISTRY_BLOB_DELIVERY: 'x-accel',
        REGISTRY_TRUSTED_PROXIES: 'loopback',
      });
      const nginx = await launch('nginx', (port) => {
        const path = join(folder, 'nginx.conf');
        writeFileSync(path, configuration(folder, port, berth.url));
        return ['-p', folder, '-c', path, '-e', 'stderr'];
      });
      const stop = async (): Promise<void> => {
        await nginx.stop();
        await berth.stop();
      };
      return { url: nginx.url, pids: [...nginx.pids, ...berth.pids], stop };
    },
  };
}

/** Returns the server of the example, with ports and paths of this machine instead of the container's. */
function configuration(folder: string, port: number, berth: string): string {
  const server = readFileSync(join(PROJECT_ROOT, 'examples/nginx/berth.conf'), 'utf8')
    .replace('listen 5443 ssl;', `listen 127.0.0.1:${port};`)
    .replace(/^.*(http2 on|ssl_certificate).*\n/gm, '')
    .replace('alias /data/', `alias ${folder}/data/`)
    .replace('http://registry:5000', berth);
  return nginxConfiguration(server);
}
