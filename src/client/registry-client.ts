import { type Descriptor } from '../domain/descriptor.js';
import { type Digest } from '../domain/digest.js';
import { type MediaType } from '../domain/media-type.js';
import { type Reference, type TagName } from '../domain/reference.js';

/** A repository as another registry names it, such as `library/alpine`. */
export type RemoteName = string;

/** A manifest as another registry describes it without sending it. */
export interface RemoteManifest {
  readonly mediaType: MediaType;
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
}

/** A blob that another registry sends. The caller reads `body` to its end, or ends it by leaving the loop. */
export interface RemoteBlob {
  /** The whole blob in bytes, or `undefined` if the registry does not say. */
  readonly size: number | undefined;
  /** The first byte that `body` has: less than what was asked for, if the registry ignores ranges. */
  readonly offset: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/** One page of tags. `next` is what `tags` takes for the page after it. */
export interface RemoteTags {
  readonly tags: readonly TagName[];
  readonly next?: string;
}

/** Reads from one other registry. Each method resolves to `undefined` if the registry says that the content does not exist. */
export abstract class RegistryClient {
  /**
   * Asks by HEAD, which does not count as a pull. A registry that sends no digest is asked by GET.
   *
   * @throws RemoteFailure
   */
  abstract stat(repository: RemoteName, reference: Reference): Promise<RemoteManifest | undefined>;

  /**
   * Gets a manifest and verifies its digest.
   *
   * @throws RemoteFailure, also if the content does not match its digest or is larger than the registry accepts
   */
  abstract manifest(
    repository: RemoteName,
    reference: Reference,
  ): Promise<(RemoteManifest & { readonly bytes: Uint8Array }) | undefined>;

  /**
   * Opens a blob from the byte `from` on. The caller verifies the digest. A body that breaks off throws an error.
   *
   * @throws RemoteFailure
   */
  abstract blob(
    repository: RemoteName,
    digest: Digest,
    from: number,
    signal?: AbortSignal,
  ): Promise<RemoteBlob | undefined>;

  /** Resolves to the size of a blob in bytes. @throws RemoteFailure */
  abstract statBlob(
    repository: RemoteName,
    digest: Digest,
  ): Promise<{ readonly size: number } | undefined>;

  /** Resolves to one page of tags. @throws RemoteFailure */
  abstract tags(repository: RemoteName, after?: string): Promise<RemoteTags | undefined>;

  /** Resolves to the manifests that refer to `subject`, also from a registry without the referrers API. @throws RemoteFailure */
  abstract referrers(
    repository: RemoteName,
    subject: Digest,
  ): Promise<readonly Descriptor[] | undefined>;

  /** Ends all connections. */
  abstract close(): Promise<void>;
}

/** Why another registry did not answer a question. */
export type RemoteFailureKind =
  /** It cannot be reached, or failed. */
  | 'unavailable'
  /** It sent something else than this content. Other content may be right. */
  | 'wrong'
  /** It answers no more requests for a while. */
  | 'limited'
  /** It refuses the login, so it refuses every question until somebody corrects the login. */
  | 'login'
  /** It does not give this to the login, or to clients without one. */
  | 'refused';

/** Another registry did not answer as it should. The message names the registry and what was asked, and has no secret. */
export class RemoteFailure extends Error {
  override readonly name = 'RemoteFailure';

  constructor(
    readonly kind: RemoteFailureKind,
    message: string,
    /** After how many milliseconds the registry wants to be asked again. */
    readonly retryAfterMs?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
