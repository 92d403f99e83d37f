import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort, startServer, type ServerSettings } from '../../support/server-process.js';
import { Nginx } from '../clients/nginx.js';
import { startInNestApplication } from './nest-application.js';
import { PLACE_NAMES, type PlaceName } from './place-names.js';

/** A registry that a browser reaches at `url`, which may have a path. */
export interface Served {
  readonly url: string;
  /** Where image clients reach it, which know no path before `/v2`. Not set: at `url`. */
  readonly registry?: string;
  stop(): Promise<void>;
}

/** Starts a registry with these settings somewhere. */
export type Place = (settings: ServerSettings) => Promise<Served>;

/** Where consoles are served. */
const PLACES_BY_NAME: Readonly<Record<PlaceName, readonly [title: string, place: Place]>> = {
  root: ['at the root of a host', startServer],
  nest: ['below the path of a Nest application', startInNestApplication],
  nginx: ['behind nginx that removes a prefix', behindNginx],
};

export const PLACES = Object.values(PLACES_BY_NAME);

/** Returns the place for all specs that name none: that of the variable `PLACE`, or the root of a host. @throws Error for an unknown one */
export function placeOfRun(): Place {
  const asked = process.env['PLACE'] ?? 'root';
  const name = PLACE_NAMES.find((known) => known === asked);
  if (name !== undefined) return PLACES_BY_NAME[name][1];
  throw new Error(`PLACE is ${asked}; the places are ${PLACE_NAMES.join(', ')}`);
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
    registry: registry.url,
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
