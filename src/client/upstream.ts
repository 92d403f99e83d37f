import { type LookupFunction } from 'node:net';

import { type EnvironmentProxies } from '../config/environment.js';
import { type BodyMemory } from '../domain/body-memory.js';
import { type UpstreamLogin } from '../mirror/plan/mirrors-plan.js';

/** Another registry, and how it is reached. The plan of a mirror has all of it. */
export interface Upstream {
  /** How messages name it. */
  readonly name: string;
  readonly url: URL;
  readonly login?: UpstreamLogin;
  /** Where the login may be sent, besides the host of `url` and the places that are known for well-known registries. */
  readonly realm?: URL;
  /** The file of certificates that sign the upstream's, in PEM. */
  readonly caFile?: string;
  /** The proxy by which it is reached. */
  readonly proxy?: URL;
  /** Whether it may have, and redirect to, private addresses. */
  readonly addresses: 'public' | 'private';
}

/** How long a registry may take. All in milliseconds. */
export interface Patience {
  /** Until a connection is made, with the lookup of the name. */
  readonly connectMs: number;
  /** Until a response begins, with logins and redirects; for manifests until it ends. */
  readonly answerMs: number;
  /** Until a token service has responded. It is a part of the answer. */
  readonly tokenMs: number;
  /** Until a list has been read. */
  readonly listMs: number;
  /** Between two parts of a body. */
  readonly idleMs: number;
}

export const PATIENCE: Patience = {
  connectMs: 5_000,
  answerMs: 12_000,
  tokenMs: 8_000,
  listMs: 30_000,
  idleMs: 30_000,
};

/** One response of another registry, its token service, or a place that it redirects to. */
export interface UpstreamResponse {
  readonly method: 'GET' | 'HEAD';
  readonly status: number;
  /** How many pulls the registry still allows, if it says so. */
  readonly pullsLeft?: number;
  /** How many pulls it allows in all for a while, if it says so. */
  readonly pullsAllowed?: number;
}

/** What is accepted of another registry. */
export interface ContentLimits {
  /** The largest manifest, in bytes. */
  readonly maxManifestBytes: number;
  /** The most layers or entries of a manifest. */
  readonly maxManifestEntries: number;
  /** The memory for all that is received whole. Several clients may share it. */
  readonly memory: BodyMemory;
}

export interface ClientOptions extends ContentLimits {
  /** The `User-Agent` of all requests. */
  readonly userAgent: string;
  /** The proxies of the environment, for an upstream without a proxy of its own. */
  readonly proxies?: EnvironmentProxies;
  readonly patience?: Partial<Patience>;
  /** Resolves names instead of the system. */
  readonly lookup?: LookupFunction;
  /** Is called for each response. */
  readonly observe?: (response: UpstreamResponse) => void;
}
