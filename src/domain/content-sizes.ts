import { type Digest } from './digest.js';
import { type Manifest } from './manifest.js';
import { isNonDistributable } from './media-type.js';

/** How many manifests of an index are read to add up its bytes. */
export const MAX_READ_MANIFESTS = 500;

/** Adds up the bytes of content, each digest once. */
export class ContentSizes {
  private readonly sizes = new Map<string, number>();

  /** Adds a manifest of `size` bytes with its config and its layers, but without layers that stay with their publisher. */
  addManifest(
    digest: Digest,
    { size, config, layers }: { readonly size: number } & Pick<Manifest, 'config' | 'layers'>,
  ): void {
    this.sizes.set(digest.toString(), size);
    const stored = layers.filter(({ mediaType }) => !isNonDistributable(mediaType));
    for (const content of config === undefined ? stored : [config, ...stored]) {
      this.sizes.set(content.digest.toString(), content.size);
    }
  }

  addAll(others: ContentSizes): void {
    for (const [digest, size] of others.sizes) this.sizes.set(digest, size);
  }

  /** In bytes. */
  get total(): number {
    let total = 0;
    for (const size of this.sizes.values()) total += size;
    return total;
  }
}
