/** What secrets and records are kept for. Each purpose has names of its own. */
export const SECRET_PURPOSES = [
  'signing-keys',
  'robots',
  'robot-uses',
  'sessions',
  'mirrors',
] as const;

export type SecretPurpose = (typeof SECRET_PURPOSES)[number];

/** Returns whether `name` can be the name of a secret: lower-case letters, digits and hyphens. */
export function isSecretName(name: string): boolean {
  return /^[0-9a-z-]+$/.test(name);
}

/** Does nothing for a valid name of a secret. @throws Error for any other */
export function requireSecretName(name: string): void {
  if (!isSecretName(name))
    throw new Error(`${JSON.stringify(name)} is not a valid name of a secret`);
}

/**
 * Keeps secrets and other records of at most a few KiB for all processes of a storage. Their names have lower-case letters, digits and
 * hyphens. A reader sees a whole secret or none.
 */
export abstract class SecretStore {
  /** Resolves to a secret, or to `undefined` if it does not exist. @throws Error if it exists but cannot be read */
  abstract get(purpose: SecretPurpose, name: string): Promise<Uint8Array | undefined>;

  /** Stores a secret, or replaces the existing one. Resolves once the secret survives a power cut. @throws Error if the name is invalid */
  abstract put(purpose: SecretPurpose, name: string, secret: Uint8Array): Promise<void>;

  /** Resolves to the names of all secrets of a purpose, in no particular order. */
  abstract list(purpose: SecretPurpose): Promise<string[]>;

  /** Removes a secret. Resolves to whether it existed, once a power cut cannot bring it back. */
  abstract remove(purpose: SecretPurpose, name: string): Promise<boolean>;
}
