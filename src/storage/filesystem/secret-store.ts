import { readdir, readFile, unlink } from 'node:fs/promises';

import { makeDirectory, writeFileAtomically } from '../../files/atomic-write.js';
import { syncDirectory } from '../../files/sync-directory.js';
import {
  isSecretName,
  requireSecretName,
  SecretStore,
  type SecretPurpose,
} from '../ports/secret-store.js';
import { ignoreNotFound } from '../../files/errors.js';
import { succeedsIfPresent } from './disk/fs-errors.js';
import { type Layout } from './layout.js';

/** Keeps each secret in a file that only the registry's user can read. */
export class FileSecretStore extends SecretStore {
  constructor(private readonly layout: Layout) {
    super();
  }

  override async get(purpose: SecretPurpose, name: string): Promise<Uint8Array | undefined> {
    // The name may come from a client, and must not lead out of the directory.
    if (!isSecretName(name)) return undefined;
    return readFile(this.layout.secret(purpose, name)).catch(ignoreNotFound);
  }

  override async put(purpose: SecretPurpose, name: string, secret: Uint8Array): Promise<void> {
    requireSecretName(name);
    await makeDirectory(this.layout.secrets(purpose), 0o700);
    await writeFileAtomically(this.layout.secret(purpose, name), secret, 0o600);
  }

  override async list(purpose: SecretPurpose): Promise<string[]> {
    const suffix = this.layout.secretSuffix(purpose);
    const files = (await readdir(this.layout.secrets(purpose)).catch(ignoreNotFound)) ?? [];
    const names = files.filter((file) => file.endsWith(suffix));
    return names.map((file) => file.slice(0, file.length - suffix.length)).filter(isSecretName);
  }

  override async remove(purpose: SecretPurpose, name: string): Promise<boolean> {
    if (!isSecretName(name)) return false;
    if (!(await succeedsIfPresent(unlink(this.layout.secret(purpose, name))))) return false;
    await syncDirectory(this.layout.secrets(purpose));
    return true;
  }
}
