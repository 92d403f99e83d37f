import { requireSecretName, SecretStore, type SecretPurpose } from '../ports/secret-store.js';

/** Keeps secrets in memory, for a storage that only one process uses. */
export class MemorySecretStore extends SecretStore {
  private readonly secrets = new Map<string, Uint8Array>();

  override get(purpose: SecretPurpose, name: string): Promise<Uint8Array | undefined> {
    const found = this.secrets.get(`${purpose}/${name}`);
    return Promise.resolve(found && Uint8Array.from(found));
  }

  override async put(purpose: SecretPurpose, name: string, secret: Uint8Array): Promise<void> {
    requireSecretName(name);
    this.secrets.set(`${purpose}/${name}`, Uint8Array.from(secret));
  }

  override list(purpose: SecretPurpose): Promise<string[]> {
    const begin = `${purpose}/`;
    const keys = [...this.secrets.keys()].filter((key) => key.startsWith(begin));
    return Promise.resolve(keys.map((key) => key.slice(begin.length)));
  }

  override remove(purpose: SecretPurpose, name: string): Promise<boolean> {
    return Promise.resolve(this.secrets.delete(`${purpose}/${name}`));
  }
}
