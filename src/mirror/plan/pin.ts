import { InvalidPattern, RepositoryPattern } from '../../access/policy/repository-pattern.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';

/** A tag, with any number of stars. */
const TAGS = /^[a-zA-Z0-9_*][a-zA-Z0-9._*-]{0,127}$/;

/** A pattern for tags of repositories, such as `library/alpine:3.*`. Without a tag it matches all tags. */
export class Pin {
  private constructor(
    readonly text: string,
    private readonly repositories: RepositoryPattern,
    /** What is between the stars. */
    private readonly tag: readonly string[],
  ) {}

  /** @throws InvalidPattern */
  static parse(text: string): Pin {
    const [repositories = '', tag = '*', ...rest] = text.split(':');
    if (text.includes('@')) {
      throw new InvalidPattern(`${text} has a digest; pin a tag, such as library/alpine:3.*`);
    }
    if (rest.length > 0 || !TAGS.test(tag)) {
      throw new InvalidPattern(
        `${text} is not a pattern of tags; write a repository and a tag, such as library/alpine:3.*`,
      );
    }
    return new Pin(text, RepositoryPattern.parse(repositories), tag.split('*'));
  }

  /** Whether the tag matches. @param repository its name in the upstream */
  matches(repository: RepositoryName, tag: TagName): boolean {
    return this.repositories.matches(repository) && this.matchesTag(tag);
  }

  private matchesTag(tag: TagName): boolean {
    const [first = '', ...others] = this.tag;
    const last = others.pop();
    if (last === undefined) return tag === first;
    if (!tag.startsWith(first)) return false;
    let at = first.length;
    for (const part of others) {
      const found = tag.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return tag.length - last.length >= at && tag.endsWith(last);
  }
}
