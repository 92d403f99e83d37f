import { RemoteFailure } from '../../client/registry-client.js';
import { RegistryError } from '../../domain/errors.js';
import { type WarmStep } from '../../domain/mirror-control.js';
import { type TagName } from '../../domain/reference.js';
import { parseRepositoryName, type RepositoryName } from '../../domain/repository-name.js';
import { type ImageFetch, type WantedParts } from '../content/image-fetch.js';
import { isAllowed } from '../plan/meant-repository.js';
import { type MirrorPlan } from '../plan/mirrors-plan.js';
import { type WarmImage } from '../plan/warm-image.js';
import { WrongContent } from '../upstream/wrong-content.js';

/** Fetches images for one mirror. */
export class WarmSteps {
  constructor(
    private readonly plan: MirrorPlan,
    private readonly fetch: ImageFetch,
    private readonly wanted: WantedParts,
  ) {}

  /** Yields what was stored and what failed. A failure of one image keeps none of the others from being fetched. */
  async *of(images: readonly WarmImage[]): AsyncGenerator<WarmStep> {
    for (const image of images) {
      yield* this.caught(image.text, this.tagsOf(image));
    }
  }

  private async *tagsOf(image: WarmImage): AsyncGenerator<WarmStep> {
    const { repository: remote, tags, text } = image;
    if (!isAllowed({ mirror: this.plan, remote })) {
      yield { image: text, reason: `the mirror ${this.plan.name} does not allow this repository` };
      return;
    }
    const repository = parseRepositoryName(`${this.plan.name}/${remote}`);
    let found = false;
    for await (const tag of tags.only === undefined
      ? this.matching(repository, image)
      : [tags.only]) {
      found = true;
      const name = `${remote}:${tag}`;
      yield* this.caught(name, this.partsOf(repository, tag, name));
    }
    if (!found) yield { image: text, reason: `no tag of ${remote} matches` };
  }

  private async *matching(
    repository: RepositoryName,
    { tags }: WarmImage,
  ): AsyncGenerator<TagName> {
    for await (const tag of this.fetch.tags(repository)) if (tags.matches(tag)) yield tag;
  }

  private async *partsOf(
    repository: RepositoryName,
    tag: TagName,
    image: string,
  ): AsyncGenerator<WarmStep> {
    for await (const { digest, ...part } of this.fetch.store(repository, tag, this.wanted)) {
      yield { image, digest: `${digest}`, ...part };
    }
  }

  /** Yields the steps, and the reason if they fail. @throws the reason of the signal */
  private async *caught(image: string, steps: AsyncGenerator<WarmStep>): AsyncGenerator<WarmStep> {
    try {
      yield* steps;
    } catch (error) {
      this.wanted.signal.throwIfAborted();
      if (!isExpected(error)) throw error;
      yield { image, reason: error.message };
    }
  }
}

function isExpected(error: unknown): error is Error {
  return (
    error instanceof RemoteFailure ||
    error instanceof RegistryError ||
    error instanceof WrongContent
  );
}
