import { openRegistryClient } from '../../../src/client/open-registry-client.js';
import { type RegistryClient } from '../../../src/client/registry-client.js';
import { type ClientOptions } from '../../../src/client/upstream.js';
import { parseTagName } from '../../../src/domain/reference.js';
import { buildImage, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { clientOptions, upstreamAt } from '../../support/upstreams/client.js';
import { FakeHub, type HubOptions, type HubPart } from '../../support/upstreams/fake-hub.js';

export const ALPINE = 'library/alpine';
export const LATEST = parseTagName('latest');
export const BLOB = uniqueBytes(300_000);
export const IMAGE = buildImage([BLOB]);

/** Starts a stand-in for Docker Hub that has `IMAGE`, and opens a client of it. */
export async function openHub(
  options: HubOptions = {},
  ofClient: Partial<ClientOptions> = {},
): Promise<{ hub: FakeHub; client: RegistryClient }> {
  const hub = await FakeHub.start(options);
  hub.content.add(ALPINE, IMAGE, 'latest');
  return { hub, client: openRegistryClient(upstreamAt(hub.url), clientOptions(ofClient)) };
}

/** Returns the method and the path of each request that a part of the stand-in received. */
export function pathsOf(hub: FakeHub, part: HubPart): string[] {
  return hub.requests(part).map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`);
}
