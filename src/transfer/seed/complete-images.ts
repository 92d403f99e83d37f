import { type Digest } from '../../domain/digest.js';
import { requiredContent, type Manifest } from '../../domain/manifest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Storage } from '../../storage/ports/storage.js';
import { type ArchivedImages } from '../archives/archived-images.js';
import { UnusableSeed, type ImageFiles } from '../archives/image-files.js';
import { type RepositoryLoad } from './repository-load.js';

/** How many entries of an index a warning names. */
const NAMED_ENTRIES = 3;

const WHAT_TO_DO = 'save the image again with all of its layers, or remove it from the seed';

/** Finds what the images of an archive lack. Content that the storage already has is not lacking. */
export class CompleteImages {
  private constructor(
    private readonly storage: Storage,
    private readonly archive: ArchivedImages,
    private readonly name: string,
    private readonly paths: ReadonlyMap<string, unknown>,
  ) {}

  static async of(
    storage: Storage,
    files: ImageFiles,
    archive: ArchivedImages,
  ): Promise<CompleteImages> {
    return new CompleteImages(storage, archive, files.name, await files.list());
  }

  /**
   * Returns `load` without the incomplete entries of indexes, and calls `warn` with a line for each
   * such index.
   *
   * @throws UnusableSeed if an image with a name is incomplete
   */
  async keep(load: RepositoryLoad, warn: (line: string) => void): Promise<RepositoryLoad> {
    const lacking = await this.lacking(load);
    for (const digest of load.tags.keys()) {
      const why = lacking.get(digest);
      if (why === undefined) continue;
      throw new UnusableSeed(`${this.name}: ${nameOf(load, digest)} ${why}: ${WHAT_TO_DO}`);
    }
    const manifests = load.manifests.filter(({ digest }) => !lacking.has(`${digest}`));
    for (const { digest, manifest } of manifests) {
      const loss = lossOf(manifest, lacking);
      if (loss !== undefined) warn(`${this.name}: ${nameOf(load, `${digest}`)} ${loss}`);
    }
    return { ...load, manifests };
  }

  /** Returns what each incomplete manifest lacks, by the digest. Children come before their parents. */
  private async lacking({
    repository,
    manifests,
    tags,
  }: RepositoryLoad): Promise<ReadonlyMap<string, string>> {
    const lacking = new Map<string, string>();
    const note = (digest: Digest | string, why: string | undefined): void => {
      if (why !== undefined) lacking.set(`${digest}`, why);
    };
    const known = new Set(manifests.map(({ digest }) => `${digest}`));
    for (const root of tags.keys()) if (!known.has(root)) note(root, `lacks its manifest ${root}`);
    for (const { digest, manifest } of manifests) {
      if (manifest.kind === 'image') note(digest, await this.lackOf(repository, manifest));
      else note(digest, await this.lackOfIndex(repository, manifest, note, lacking));
    }
    return lacking;
  }

  private async lackOf(
    repository: RepositoryName,
    manifest: Manifest,
  ): Promise<string | undefined> {
    for (const { digest } of requiredContent(manifest, 'indexes')) {
      if (await this.hasBlob(repository, digest)) continue;
      const part = manifest.config?.digest.equals(digest) === true ? 'config' : 'layer';
      return `lacks the ${part} ${digest}`;
    }
    return undefined;
  }

  /** An index may lack some entries, which are noted, but not all of them. */
  private async lackOfIndex(
    repository: RepositoryName,
    { manifests: entries }: Manifest,
    note: (digest: Digest, why: string) => void,
    lacking: ReadonlyMap<string, string>,
  ): Promise<string | undefined> {
    for (const { digest } of entries) {
      const isKnown = lacking.has(`${digest}`) || this.archive.manifests.has(`${digest}`);
      if (!isKnown && !(await this.has(repository, digest))) note(digest, 'is missing');
    }
    const first = entries.find(({ digest }) => lacking.has(`${digest}`));
    if (first === undefined || entries.some(({ digest }) => !lacking.has(`${digest}`))) {
      return undefined;
    }
    return `lacks all of its entries: ${first.digest} ${lacking.get(`${first.digest}`) ?? ''}`;
  }

  private async has(repository: RepositoryName, digest: Digest): Promise<boolean> {
    if (await this.hasBlob(repository, digest)) return true;
    return (await this.storage.manifests.stat(repository, digest)) !== undefined;
  }

  private async hasBlob(repository: RepositoryName, digest: Digest): Promise<boolean> {
    const path = this.archive.pathOf(digest);
    if (path !== undefined && this.paths.has(path)) return true;
    return (await this.storage.blobs.stat(repository, digest)) !== undefined;
  }
}

/** Returns the name of an image by its first tag, or by its digest. */
function nameOf({ repository, tags }: RepositoryLoad, digest: string): string {
  const [tag] = tags.get(digest) ?? [];
  return tag === undefined ? `${repository}@${digest}` : `${repository}:${tag}`;
}

/** Returns what is left out of an index, or `undefined` if nothing is. */
function lossOf(
  { manifests: entries }: Manifest,
  lacking: ReadonlyMap<string, string>,
): string | undefined {
  const reasons = entries.flatMap(({ digest }) => {
    const why = lacking.get(`${digest}`);
    return why === undefined ? [] : [`${digest} ${why}`];
  });
  if (reasons.length === 0) return undefined;
  const more = reasons.length > NAMED_ENTRIES ? ['…'] : [];
  const named = [...reasons.slice(0, NAMED_ENTRIES), ...more].join('; ');
  return `is loaded without ${reasons.length} of its ${entries.length} entries: ${named}`;
}
