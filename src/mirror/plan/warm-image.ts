import { InvalidPattern } from '../../access/policy/repository-pattern.js';
import { type TagName } from '../../domain/reference.js';
import { tryParseRepositoryName, type RepositoryName } from '../../domain/repository-name.js';
import { TagPattern } from './tag-pattern.js';

/** Tags of one repository that are fetched before a client asks for them, such as `library/alpine:3.*`. */
export class WarmImage {
  private constructor(
    readonly text: string,
    /** Its name in the upstream. */
    readonly repository: RepositoryName,
    readonly tags: TagPattern,
  ) {}

  /** @throws InvalidPattern */
  static parse(text: string): WarmImage {
    const [name = '', tag, ...rest] = text.split(':');
    const repository = tryParseRepositoryName(name);
    if (repository === undefined) {
      throw new InvalidPattern(
        `${text} does not name one repository; write its whole name, such as library/alpine:3.*`,
      );
    }
    const tags = tag === undefined ? undefined : TagPattern.tryParse(tag);
    if (tags === undefined || rest.length > 0) {
      throw new InvalidPattern(
        `${text} has no tag; write which tags are fetched, such as ${name}:latest or ${name}:3.*`,
      );
    }
    return new WarmImage(text, repository, tags);
  }

  /** Whether the tag is fetched. @param repository its name in the upstream */
  matches(repository: RepositoryName, tag: TagName): boolean {
    return this.repository === repository && this.tags.matches(tag);
  }
}
