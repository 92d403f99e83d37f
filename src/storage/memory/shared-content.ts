import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type ByteBlocks } from './byte-blocks.js';
import { type MemoryBudget } from './memory-budget.js';

interface Content {
  readonly bytes: ByteBlocks;
  readonly claims: Set<RepositoryName>;
}

/** The content of all blobs, once per digest, with the repositories that claim it; the last claim takes it along. */
export class SharedContent {
  private readonly contents = new Map<string, Content>();

  constructor(private readonly budget: MemoryBudget) {}

  /** The bytes, or `undefined` when `repository` does not claim them. */
  find(repository: RepositoryName, digest: Digest): ByteBlocks | undefined {
    const content = this.contents.get(digest.toString());
    return content?.claims.has(repository) === true ? content.bytes : undefined;
  }

  /** Makes `repository` claim `bytes`, which are verified and counted; bytes that are there already are given back. */
  claim(repository: RepositoryName, digest: Digest, bytes: ByteBlocks): void {
    const existing = this.contents.get(digest.toString());
    if (existing === undefined) {
      this.contents.set(digest.toString(), { bytes, claims: new Set([repository]) });
    } else {
      existing.claims.add(repository);
      this.budget.giveBack(bytes.size);
    }
  }

  /** Makes `target` claim what `source` claims. Answers whether `target` claims it now. */
  share(target: RepositoryName, digest: Digest, source: RepositoryName): boolean {
    const claims = this.contents.get(digest.toString())?.claims;
    if (claims === undefined) return false;
    if (claims.has(source)) claims.add(target);
    return claims.has(target);
  }

  /** Takes the claim away. Answers whether there was one. */
  disclaim(repository: RepositoryName, digest: Digest): boolean {
    const content = this.contents.get(digest.toString());
    if (content?.claims.delete(repository) !== true) return false;
    if (content.claims.size === 0) {
      this.contents.delete(digest.toString());
      this.budget.giveBack(content.bytes.size);
    }
    return true;
  }

  claimants(digest: Digest): RepositoryName[] {
    return [...(this.contents.get(digest.toString())?.claims ?? [])];
  }
}
