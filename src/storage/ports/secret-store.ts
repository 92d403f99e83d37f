/** What secrets are for. Names are unique within a purpose. */
export type SecretPurpose = 'signing-keys' | 'robots';

/**
 * Keeps small secrets that all processes of a storage share.
 *
 * A name consists of lower-case letters, digits and hyphens. Secrets are whole or absent, and at most a few KiB.
 */
export abstract class SecretStore {
  /** Reads a secret; `undefined` if it does not exist. @throws an error if it exists and cannot be read */
  abstract get(purpose: SecretPurpose, name: string): Promise<Uint8Array | undefined>;

  /** Stores a secret, replacing the one of that name. Resolves when a power cut cannot undo it. */
  abstract put(purpose: SecretPurpose, name: string, secret: Uint8Array): Promise<void>;

  /** Lists the names of all secrets of a purpose, in no order. */
  abstract list(purpose: SecretPurpose): Promise<string[]>;

  /** Removes a secret. Returns whether it existed. */
  abstract remove(purpose: SecretPurpose, name: string): Promise<boolean>;
}
