/** What clients ask mirrors for: a manifest by a tag, a manifest by its digest, or a blob. Each request counts once. */
export type MirroredKind = 'tag' | 'manifest' | 'blob';

/**
 * How a mirror answered a client: with what is stored (`hit`), with what is stored or was asked for by HEAD, after a question that is
 * not a pull (`confirmed`), with something new (`fetched`), with what is stored because the upstream failed (`stale`), or not at all.
 */
export type MirrorResult =
  'hit' | 'confirmed' | 'fetched' | 'stale' | 'missing' | 'limited' | 'failed';

/** What a mirror does at present. */
export interface MirrorState {
  readonly mirror: string;
  /** How many downloads run or wait. */
  readonly flights: number;
  /** For how many more seconds the upstream is not asked; 0 if it is. */
  readonly restingSeconds: number;
  /** When the upstream last answered. */
  readonly lastAnswerAt?: Date;
  readonly lastError?: UpstreamError;
}

/** Why an upstream did not answer a question. */
export interface UpstreamError {
  readonly at: Date;
  /** A sentence without secrets. */
  readonly message: string;
}

/** The bytes that a mirror had when they were last counted. */
export interface MirrorSize {
  readonly mirror: string;
  /** Those of its manifests and of the blobs that they need. A blob of several repositories is counted once. */
  readonly bytes: number;
  readonly countedAt: Date;
}

/** One response of a registry that is mirrored. */
export interface UpstreamAnswer {
  readonly method: string;
  readonly status: number;
  /** How many pulls the registry still allows, if it says so. */
  readonly pullsLeft?: number;
  /** How many pulls it allows in all for a while, if it says so. */
  readonly pullsAllowed?: number;
}

/** Sees what mirrors do. No method may throw. */
export interface MirrorObserver {
  /** Is called for each answer to a client. */
  answered(mirror: string, kind: MirroredKind, result: MirrorResult): void;

  /** Is called for the bytes of blobs that clients get from the storage, and for those that the upstream sends. */
  transferred(mirror: string, from: 'cache' | 'upstream', bytes: number): void;

  /** Is called for each response of an upstream. */
  upstreamAnswered(mirror: string, answer: UpstreamAnswer): void;

  /** Gets the functions that return the state of each mirror, and the bytes of those that were counted. */
  attend(states: () => readonly MirrorState[], sizes: () => Promise<readonly MirrorSize[]>): void;
}
