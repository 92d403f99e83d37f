import { InvalidPattern, RepositoryPattern } from '../../access/policy/repository-pattern.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { TagPattern } from './tag-pattern.js';

/** A pattern for tags of repositories, such as `library/alpine:3.*`. Without a tag it matches all tags. */
export class Pin {
  private constructor(
    readonly text: string,
    private readonly repositories: RepositoryPattern,
    private readonly tags: TagPattern,
  ) {}

  /** @throws InvalidPattern */
  static parse(text: string): Pin {
    const [repositories = '', tag = '*', ...rest] = text.split(':');
    if (text.includes('@')) {
      throw new InvalidPattern(`${text} has a digest; pin a tag, such as library/alpine:3.*`);
    }
    const tags = TagPattern.tryParse(tag);
    if (rest.length > 0 || tags === undefined) {
      throw new InvalidPattern(
        `${text} is not a pattern of tags; write a repository and a tag, such as library/alpine:3.*`,
      );
    }
    return new Pin(text, RepositoryPattern.parse(repositories), tags);
  }

  /** Whether the tag matches. @param repository its name in the upstream */
  matches(repository: RepositoryName, tag: TagName): boolean {
    return this.repositories.matches(repository) && this.tags.matches(tag);
  }
}
