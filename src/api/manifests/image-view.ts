import { type Rights } from '../../access/guard/rights.js';
import { Digest } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import { type Reference } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { repositoryRights } from '../../http/api/repository-rights.dto.js';
import {
  type ExplainedEntry,
  type ExplainedManifest,
  type ManifestExplainer,
} from '../../inspect/manifests/explain-manifest.js';
import { stepsOf } from '../../inspect/manifests/image-config.js';
import { holdersOf, referrerTree } from '../../inspect/manifests/manifest-relations.js';
import { platformText } from '../../inspect/manifests/manifest-summary.js';
import { type Storage } from '../../storage/ports/storage.js';
import { type TaggedManifest } from '../../storage/ports/tag-store.js';
import { type Usage } from '../../storage/ports/usage-store.js';
import {
  type ImageTagDto,
  type ImageViewDto,
  type SharedLayerDto,
  type ShownImageDto,
  type StepDto,
} from './image-view.dto.js';
import { ReferrerFiles } from './referrer-files.js';
import { shownManifest } from './shown-manifest.js';

/** How many layers are looked for elsewhere, and how many repositories are named for each. */
const MAX_LAYERS = 100;
const MAX_REPOSITORIES = 100;

/** How many steps of a build are shown. */
const MAX_STEPS = 1_000;

const USUAL_PLATFORM = 'linux/amd64';

type UsageByDigest = ReadonlyMap<string, Usage>;

/** What is looked at, and by whom. */
interface Look {
  readonly repository: RepositoryName;
  readonly reference: Reference;
  readonly platform: string | undefined;
  readonly rights: Rights;
}

/** Gathers all that is known of an image. */
export class ImageViews {
  private readonly files: ReferrerFiles;

  constructor(
    private readonly storage: Storage,
    private readonly explainer: ManifestExplainer,
  ) {
    this.files = new ReferrerFiles(explainer.content);
  }

  /** Resolves to the image of a tag or a digest. @throws RegistryError `manifest-unknown` */
  async of(look: Look): Promise<ImageViewDto> {
    const { repository, reference } = look;
    const target = await this.target(repository, reference);
    const top = target && (await this.explainer.explain(repository, target.digest));
    if (target === undefined || top === undefined) throw unknownImage(repository, reference);
    const usage = await this.storage.usage.of(repository);
    const { digest } = top;
    const image = await this.shown(look, top, usage);
    const { tags, indexes, more } = await holdersOf(this.storage, repository, digest);
    return {
      digest: digest.toString(),
      ...('pushedAt' in target && { tag: shownTag(reference, target) }),
      manifest: shownManifest(top, usage.get(digest.toString()) ?? {}),
      ...(image && { image }),
      holders: { tags: [...tags], indexes: indexes.map((index) => index.toString()), more },
      referrers: await this.files.of(
        repository,
        await referrerTree(this.storage, repository, digest),
      ),
      rights: repositoryRights(look.rights, repository),
    };
  }

  private async target(
    repository: RepositoryName,
    reference: Reference,
  ): Promise<TaggedManifest | { readonly digest: Digest } | undefined> {
    if (reference instanceof Digest) return { digest: reference };
    return this.storage.tags.resolve(repository, reference);
  }

  private async shown(
    look: Look,
    top: ExplainedManifest,
    usage: UsageByDigest,
  ): Promise<ShownImageDto | undefined> {
    const { repository } = look;
    if (top.kind === 'image') return this.describe(look, top, usage);
    const entry = entryFor(top, look.platform);
    const image = entry && (await this.explainer.explain(repository, entry.digest));
    if (entry?.platform === undefined || image?.kind !== 'image') return undefined;
    const tree = await referrerTree(this.storage, repository, image.digest);
    return {
      ...(await this.describe(look, image, usage)),
      platform: platformText(entry.platform),
      referrers: await this.files.of(repository, tree),
    };
  }

  private async describe(
    look: Look,
    image: ExplainedManifest,
    usage: UsageByDigest,
  ): Promise<Omit<ShownImageDto, 'platform' | 'referrers'>> {
    return {
      manifest: shownManifest(image, usage.get(image.digest.toString()) ?? {}),
      steps: shownSteps(image),
      shared: await this.sharedLayers(look, image),
    };
  }

  private async sharedLayers(
    { repository, rights }: Look,
    { layers }: ExplainedManifest,
  ): Promise<SharedLayerDto[]> {
    const shared: SharedLayerDto[] = [];
    const distinct = new Map(layers.map(({ digest }) => [digest.toString(), digest]));
    for (const [text, digest] of [...distinct].slice(0, MAX_LAYERS)) {
      const repositories: string[] = [];
      for await (const holder of this.storage.blobs.holders(digest)) {
        if (holder === repository || !rights.has(holder, 'pull')) continue;
        repositories.push(holder);
        if (repositories.length === MAX_REPOSITORIES) break;
      }
      if (repositories.length > 0) shared.push({ digest: text, repositories: repositories.sort() });
    }
    return shared;
  }
}

/** Returns the entry of an index that has this platform, or a variant of it. */
function entryFor(
  { entries }: ExplainedManifest,
  platform: string | undefined,
): ExplainedEntry | undefined {
  const images = entries.filter(
    ({ platform: own, purpose }) => own !== undefined && (purpose ?? 'image') === 'image',
  );
  const find = (text: string): ExplainedEntry | undefined =>
    images.find((entry) => entry.platform && platformText(entry.platform) === text);
  if (platform !== undefined) return find(platform);
  return find(USUAL_PLATFORM) ?? images[0];
}

/** Returns the steps of the build with the layers that they made. */
function shownSteps({ config, layers }: ExplainedManifest): StepDto[] {
  if (config?.image === undefined) return [];
  const steps = stepsOf(config.image, layers.length);
  let next = 0;
  return steps.slice(0, MAX_STEPS).map(({ isEmpty, ...step }) => ({
    ...step,
    ...(!isEmpty && { layer: next++ }),
  }));
}

function shownTag(name: Reference, { pushedAt, by, previous }: TaggedManifest): ImageTagDto {
  return {
    name: name.toString(),
    pushedAt: new Date(pushedAt).toISOString(),
    ...(by !== undefined && { pushedBy: by }),
    ...(previous && { previous: previous.toString() }),
  };
}

function unknownImage(repository: RepositoryName, reference: Reference): RegistryError {
  const what = reference instanceof Digest ? 'manifest' : 'tag';
  return new RegistryError('manifest-unknown', `no such ${what}`, {
    repository,
    reference: reference.toString(),
  });
}
