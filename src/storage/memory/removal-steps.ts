import { type Digest } from '../../domain/digest.js';
import { type IndexSearch, type NeedingIndex } from '../protocol/collect/index-search.js';
import { isAnyPass, newRemoval } from '../protocol/collect/passes.js';
import { type RemovalSteps } from '../protocol/collect/remove-unlisted.js';
import { lookForManifest, type BeforeStep } from './memory-steps.js';
import { type MemoryManifest } from './repositories.js';
import { type Shelf } from './shelf.js';

/** The steps of removing one manifest in memory. */
export class MemoryRemovalSteps implements RemovalSteps {
  private readonly pass: string;
  private readonly key: string;

  constructor(
    private readonly shelf: Shelf<MemoryManifest>,
    private readonly digest: Digest,
    private readonly search: IndexSearch,
    private readonly beforeStep: BeforeStep,
    private readonly now: () => number,
  ) {
    this.pass = newRemoval(now());
    this.key = digest.toString();
  }

  async exists(): Promise<boolean> {
    const { shelf, digest, beforeStep, now } = this;
    return (await lookForManifest(shelf, digest, beforeStep, now, isAnyPass)) !== undefined;
  }

  findIndex(): Promise<NeedingIndex | undefined> {
    return this.search.find(this.digest);
  }

  async setAside(): Promise<void> {
    await this.beforeStep();
    this.shelf.moveAside(this.pass, this.key);
  }

  async restore(): Promise<void> {
    await this.beforeStep();
    this.shelf.restore(this.pass, this.key);
    await this.beforeStep();
    this.shelf.drop(this.pass, this.key);
  }

  async drop(): Promise<void> {
    await this.beforeStep();
    this.shelf.dropEverywhere(this.key);
  }
}
