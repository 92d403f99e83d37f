import { type RepositoryPattern } from '../../access/policy/repository-pattern.js';
import { type Pin } from './pin.js';
import { type WarmImage } from './warm-image.js';

/** How Berth logs in to another registry. */
export type UpstreamLogin =
  | { readonly user: string; readonly passwordFile: string }
  /** A program that speaks the protocol of docker's credential helpers. */
  | { readonly command: readonly string[] };

/** What of a mirror is kept. An absent limit removes nothing. */
export interface KeptContent {
  /** Images that were not pulled for this time are removed. In milliseconds. */
  readonly unusedMs?: number;
  /** How many bytes all of the mirror may take. */
  readonly bytes?: number;
}

/** What of a mirror is fetched before a client asks for it. */
export interface WarmPlan {
  /** How often, in milliseconds; absent: only when a person wants it. */
  readonly everyMs?: number;
  readonly images: readonly WarmImage[];
  /** The platforms of indexes, such as `linux/arm64`; empty: all that indexes have. */
  readonly platforms: readonly string[];
}

/** A mirror of another registry, as the mirrors file describes it. */
export interface MirrorPlan {
  /** The beginning of its repositories' names, and a value of `ns`. */
  readonly name: string;
  readonly url: URL;
  /** Further values of `ns`. */
  readonly also: readonly string[];
  /** Whether a name without `/` is below `library/`, as on Docker Hub. */
  readonly library: boolean;
  readonly login?: UpstreamLogin;
  /** Where the login may be sent, besides the host of `url` and the places that are known for well-known registries. */
  readonly realm?: URL;
  /** Whether everybody who may reach the upstream may read its content. */
  readonly content: 'public' | 'private';
  /** The file of certificates that sign the upstream's, in PEM. */
  readonly caFile?: string;
  /** The proxy by which the upstream is reached. */
  readonly proxy?: URL;
  /** Whether the upstream may have, and redirect to, private addresses. */
  readonly addresses: 'public' | 'private';
  /** Patterns of the names of the upstream's repositories. `deny` wins; an empty `allow` allows all. */
  readonly allow: readonly RepositoryPattern[];
  readonly deny: readonly RepositoryPattern[];
  /** Users and groups who may cause a request to the upstream; absent: everybody who may pull. */
  readonly fetch?: readonly string[];
  /** Serves what is stored, and never asks the upstream. */
  readonly offline: boolean;
  /** How long a tag is served without asking the upstream. In milliseconds. */
  readonly freshMs: number;
  /** How long a tag is served while the upstream fails. In milliseconds. */
  readonly staleMs: number;
  /** How long it is remembered that something does not exist. In milliseconds. */
  readonly missingMs: number;
  /** How many downloads may run at once. */
  readonly connections: number;
  readonly keep: KeptContent;
  /** Tags of the upstream's repositories that are never removed. */
  readonly pin: readonly Pin[];
  readonly warm?: WarmPlan;
  /** Changes with everything that the file says about the mirror. */
  readonly fingerprint: string;
}

/** What the mirrors file says. */
export interface MirrorsPlan {
  readonly mirrors: readonly MirrorPlan[];
  /** Hosts that mean this registry in `ns`. */
  readonly local: readonly string[];
  /** The names of the mirrors that are served at addresses of their own, by address, such as `127.0.0.1:5001`. */
  readonly listen: ReadonlyMap<string, string>;
}
