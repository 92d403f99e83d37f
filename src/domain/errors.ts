/** The ways an operation on the registry can fail, independent of HTTP. `http/oci/error-table.ts` maps each to its OCI code. */
export type FailureKind =
  | 'blob-unknown'
  | 'collection-running'
  | 'denied'
  | 'digest-invalid'
  | 'digest-mismatch'
  | 'event-not-kept'
  | 'event-unknown'
  | 'manifest-blob-unknown'
  | 'manifest-invalid'
  | 'manifest-too-large'
  | 'manifest-unknown'
  | 'method-unsupported'
  | 'mirror-busy'
  | 'mirror-offline'
  | 'mirror-unknown'
  | 'name-invalid'
  | 'name-unknown'
  | 'path-unknown'
  | 'range-unsatisfiable'
  | 'robot-unknown'
  | 'request-malformed'
  | 'size-invalid'
  | 'storage-full'
  | 'storage-gone'
  | 'tag-changed'
  | 'tag-invalid'
  | 'too-many-requests'
  | 'too-many-tags'
  | 'unauthorized'
  | 'upload-busy'
  | 'upload-incomplete'
  | 'upload-invalid'
  | 'upload-offset'
  | 'upload-too-large'
  | 'upload-unknown'
  | 'upstream-limited'
  | 'upstream-unavailable'
  | 'webhook-unknown';

/**
 * A failure that is reported to the client.
 *
 * `message` and `detail` reach the client unchanged, so neither may contain a path or a stack.
 */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';

  constructor(
    readonly kind: FailureKind,
    message: string,
    readonly detail?: unknown,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
