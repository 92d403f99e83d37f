import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort, startServer, type ServerSettings } from '../../support/server-process.js';
import { Host } from '../../unit/embed/host.js';
import { Nginx } from '../clients/nginx.js';

/** A registry that a browser reaches at `url`, which may have a path. */
export interface Served {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a registry with these settings somewhere. */
export type Place = (settings: ServerSettings) => Promise<Served>;

/** Where consoles are served. */
export const PLACES: readonly (readonly [title: string, place: Place])[] = [
  ['at the root of a host', startServer],
  ['below the path of a Nest application', inNestApplication],
  ['behind nginx that removes a prefix', behindNginx],
];

async function inNestApplication({ environment = {} }: ServerSettings): Promise<Served> {
  const { REGISTRY_USERS_FILE: usersFile, REGISTRY_ACCESS_FILE: accessFile } = environment;
  const host = await Host.with({
    path: '/team/registry',
    settings: { REGISTRY_CONSOLE: 'on' },
    access:
      usersFile === undefined || accessFile === undefined ? 'none' : { usersFile, accessFile },
  });
  const port = await host.listen();
  return { url: `http://127.0.0.1:${port}/team/registry`, stop: () => host.close() };
}

async function behindNginx(settings: ServerSettings): Promise<Served> {
  const trusting = { REGISTRY_TRUSTED_PROXIES: 'loopback' };
  const environment = { ...settings.environment, ...trusting };
  const registry = await startServer({ ...settings, environment });
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'berth-nginx-'));
  const nginx = await Nginx.start(folder, port, nginxBlock(port, registry.url));
  return {
    url: `http://127.0.0.1:${port}/registry`,
    stop: async () => {
      await nginx.stop();
      await registry.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Returns a block as examples/nginx has it, below a prefix that the registry never sees. */
function nginxBlock(port: number, registry: string): string {
  return `server {
    listen 127.0.0.1:${port};
    client_max_body_size 0;
    location /registry/ {
      proxy_pass ${registry}/;
      proxy_http_version 1.1;
      proxy_request_buffering off;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header Forwarded "";
    }
  }`;
}
