import { RegistryError } from './errors.js';
import { type MirrorResult, type UpstreamError } from './mirror-report.js';
import { type TagName } from './reference.js';
import { type RepositoryName } from './repository-name.js';

/** How many pulls an upstream allows, as it said last. */
export interface PullLimit {
  /** How many pulls are left. */
  readonly left: number;
  /** How many pulls are allowed in all, if the upstream says so. */
  readonly limit?: number;
  /** When the upstream said so. */
  readonly at: Date;
}

/** A mirror as administrators see it. Counts begin with the process. */
export interface MirrorOverview {
  readonly name: string;
  /** The registry that is mirrored. */
  readonly url: string;
  readonly content: 'public' | 'private';
  readonly state: 'ok' | 'resting' | 'offline';
  /** For how many more seconds the upstream is not asked; 0 if it is. */
  readonly restingSeconds: number;
  /** How many downloads of blobs run or wait. */
  readonly downloads: number;
  readonly lastAnswerAt?: Date;
  readonly lastError?: UpstreamError;
  readonly limit?: PullLimit;
  /** How clients were answered. */
  readonly requests: Readonly<Record<MirrorResult, number>>;
  /** Bytes of blobs that clients got from the storage, and those that the upstream sent. */
  readonly bytes: Readonly<Record<'cache' | 'upstream', number>>;
  readonly keep: { readonly unusedMs?: number; readonly bytes?: number };
  /** The bytes that all of the mirror took after a collection. */
  readonly cached?: { readonly bytes: number; readonly at: Date };
  /** The patterns of tags that are always kept. */
  readonly pins: readonly string[];
  readonly warm?: WarmOverview;
}

/** An image that could not be fetched. */
export interface WarmFailure {
  /** By its name in the upstream. */
  readonly image: string;
  /** A sentence. */
  readonly reason: string;
}

/** A run that fetched the images of a mirror before clients ask for them. Times are in milliseconds since the epoch. */
export interface WarmReport {
  readonly startedAt: number;
  /** Absent while it goes on, and if it was interrupted. */
  readonly endedAt?: number;
  /** How many manifests were stored, or had been before. */
  readonly manifests: number;
  /** At most the first of many. */
  readonly failed: readonly WarmFailure[];
}

/** What of a mirror is fetched before clients ask for it. */
export interface WarmOverview {
  /** Absent: only when a person wants it. */
  readonly everyMs?: number;
  readonly images: readonly string[];
  readonly platforms: readonly string[];
  /** The last run for all images, by any process. */
  readonly last?: WarmReport;
}

/** What a run has done: a manifest that is stored with all its blobs, an image that failed, or at the end both counts. */
export type WarmStep =
  | {
      readonly image: string;
      readonly digest: string;
      readonly platform?: string;
      readonly fetchedBytes: number;
    }
  | WarmFailure
  | { readonly manifests: number; readonly failed: number };

/** A tag of an upstream, as a person names it. */
export interface RemoteTag {
  /** The name of the repository in the upstream, also a short one. */
  readonly repository: string;
  readonly tag: TagName;
}

/** The answer of an upstream to the question for a tag. */
export interface RefreshedTag {
  /** The whole name of the repository in the upstream. */
  readonly repository: string;
  readonly tag: TagName;
  /** Compares what the upstream says to what was stored: `new` if nothing was, `gone` if the upstream does not have the tag. */
  readonly outcome: 'same' | 'moved' | 'new' | 'gone';
  /** What the tag points to in the upstream. */
  readonly digest?: string;
  /** What the stored tag pointed to before. */
  readonly previous?: string;
}

/** A tag that is stored. */
export interface StoredTag {
  readonly digest: string;
  /** When it was last set. */
  readonly since: Date;
  readonly lastPulledAt?: Date;
}

/** What is known of a tag of a mirror. */
export interface MirrorReasons {
  /** The repository by its name here. */
  readonly name: string;
  /** The repository by its name in the upstream. */
  readonly repository: string;
  readonly tag: TagName;
  /** Whether the mirrors file lets clients have it. */
  readonly allowed: boolean;
  readonly offline: boolean;
  /** Who may cause a question to the upstream; absent: everybody who may pull. */
  readonly fetch?: readonly string[];
  readonly stored?: StoredTag;
  /** What the upstream last said to this process. */
  readonly lastAnswer?: { readonly at: Date; readonly digest?: string };
  /** The entries of `pin` and of `warm` that name it. */
  readonly pins: readonly string[];
  readonly warm: readonly string[];
  /** All of it for people, and what the next pull gets. */
  readonly sentences: readonly string[];
}

/** What administrators see of the mirrors, and do with them. */
export abstract class MirrorControl {
  /** Resolves to the mirrors in the order of the mirrors file. */
  abstract list(): Promise<readonly MirrorOverview[]>;

  /** Returns the name of the mirror that a repository belongs to, or `undefined`. Not only administrators may know it. */
  abstract mirrorOf(repository: RepositoryName): string | undefined;

  /**
   * Forgets what is known of a tag, and asks the upstream for it now, also while the upstream rests. A manifest that is not stored is
   * fetched.
   *
   * @throws RegistryError `mirror-unknown`, `mirror-offline`, `name-unknown` for a repository that the mirrors file does not allow,
   * `upstream-unavailable` or `upstream-limited`
   */
  abstract refresh(mirror: string, asked: RemoteTag): Promise<RefreshedTag>;

  /**
   * Resolves to what is known of a tag, without a question to the upstream.
   *
   * @throws RegistryError `mirror-unknown` or `name-invalid`
   */
  abstract why(mirror: string, asked: RemoteTag): Promise<MirrorReasons>;

  /**
   * Begins to fetch images, and stores them. The caller reads all steps, or leaves the loop to end the work.
   *
   * @param signal ends the work
   * @param images by their names in the upstream, such as `library/alpine:3.*`; by default those of the mirrors file
   * @throws RegistryError `mirror-unknown`, `mirror-offline`, `mirror-busy`, `denied` while the registry is read-only, or
   * `request-malformed` for names of images
   */
  abstract warm(
    mirror: string,
    signal: AbortSignal,
    images?: readonly string[],
  ): Promise<AsyncGenerator<WarmStep>>;
}

/** The control of a registry without a mirrors file. */
export const NO_MIRRORS: MirrorControl = {
  list: () => Promise.resolve([]),
  mirrorOf: () => undefined,
  refresh: (mirror) => Promise.reject(unknownMirror(mirror)),
  why: (mirror) => Promise.reject(unknownMirror(mirror)),
  warm: (mirror) => Promise.reject(unknownMirror(mirror)),
};

/** Returns the error for the name of a mirror that the mirrors file does not have. */
export function unknownMirror(mirror: string): RegistryError {
  const advice = 'GET /api/v1/mirrors lists them';
  return new RegistryError('mirror-unknown', 'no such mirror', {
    mirror: mirror.slice(0, 100),
    advice,
  });
}
