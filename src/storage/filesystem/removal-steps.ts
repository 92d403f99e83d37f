import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type IndexSearch, type NeedingIndex } from '../protocol/collect/index-search.js';
import { isAnyPass, newRemoval } from '../protocol/collect/passes.js';
import { type RemovalSteps } from '../protocol/collect/remove-unlisted.js';
import { type EntryKey } from '../protocol/collect/garbage-store.js';
import { type StoredFiles } from './stored-files.js';
import { type Trash } from './trash.js';

/** The steps of removing one manifest on disk. */
export class FileRemovalSteps implements RemovalSteps {
  private readonly pass = newRemoval(Date.now());
  private readonly key: EntryKey;

  constructor(
    private readonly parts: { readonly files: StoredFiles; readonly trash: Trash },
    private readonly repository: RepositoryName,
    private readonly digest: Digest,
    private readonly search: IndexSearch,
  ) {
    this.key = { kind: 'manifests', digest };
  }

  async exists(): Promise<boolean> {
    const { files } = this.parts;
    return (await files.find(this.repository, 'manifests', this.digest, isAnyPass)) !== undefined;
  }

  findIndex(): Promise<NeedingIndex | undefined> {
    return this.search.find(this.digest);
  }

  async setAside(): Promise<void> {
    await this.parts.trash.setAside(this.repository, this.pass, [this.key]);
  }

  async restore(): Promise<void> {
    await this.parts.trash.restore(this.repository, this.pass, this.key);
    await this.parts.trash.endPass(this.repository, this.pass, this.key);
  }

  async drop(): Promise<void> {
    await this.parts.trash.dropEverywhere(this.repository, this.key);
    await this.parts.trash.endPass(this.repository, this.pass, this.key);
  }
}
