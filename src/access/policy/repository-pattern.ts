import { tryParseRepositoryName, type RepositoryName } from '../../domain/repository-name.js';

/** The pattern is ambiguous, or no repository can match it. The message says how to write it. */
export class InvalidPattern extends Error {
  override readonly name = 'InvalidPattern';
}

/** Matches any number of items, including zero. */
const ANY = Symbol('any number of items');

/** One part of a name, between slashes: its characters, with `ANY` for a `*`. */
type Part = readonly (string | typeof ANY)[];

/**
 * A pattern for the names of repositories.
 *
 * `*` matches any characters within one part of a name, `**` (a whole part) any number of parts, and everything else
 * itself:
 *
 * - `team/app` matches that repository,
 * - `team/*` all directly below team, such as team/app, but not team/app/cache,
 * - `team/**` all below team at any depth, but not team itself,
 * - `**\/cache` all whose last part is cache, including cache itself,
 * - `**` all repositories.
 */
export class RepositoryPattern {
  /** The literal beginning of every matching name. It rules out most other names quickly. */
  private readonly beginning: string;

  private constructor(
    readonly text: string,
    private readonly parts: readonly (Part | typeof ANY)[],
  ) {
    this.beginning = text.split('*', 1)[0] ?? '';
  }

  /** @throws InvalidPattern */
  static parse(text: string): RepositoryPattern {
    const problem = problemOf(text);
    if (problem !== undefined) throw new InvalidPattern(problem);
    return new RepositoryPattern(text, text.split('/').flatMap(readPart));
  }

  /** Whether the name matches. Takes at most time proportional to the pattern's length times the name's length. */
  matches(repository: RepositoryName): boolean {
    if (!repository.startsWith(this.beginning)) return false;
    return fits(this.parts, repository.split('/'), fitsPart);
  }

  /** Whether some name matches that begins with `name` and a slash. */
  canMatchBelow(name: string): boolean {
    // Every part of a pattern matches something, so only the parts of `name` decide.
    const above = name.split('/');
    return this.parts.some((_, length) => {
      const beginning = this.parts.slice(0, length);
      return (
        fits(beginning, above, fitsPart) ||
        (this.parts[length] === ANY && fits([...beginning, ANY], above, fitsPart))
      );
    });
  }
}

function problemOf(text: string): string | undefined {
  const parts = text.split('/');
  if (text === '') return 'a pattern is empty; ** matches all repositories';
  if (parts.includes('')) return `${text} has one slash too many`;
  if (parts.some((part) => part.includes('**') && part !== '**')) {
    return `in ${text}, ** is beside other characters; it must be a whole part, as in team/** or **/cache`;
  }
  if (text.includes('**/**')) return `${text} has ** twice in a row; write it once`;
  // A star is replaced by a letter, which is valid wherever a star may be.
  if (tryParseRepositoryName(text.replace(/\*+/g, 'a')) === undefined) {
    return `no repository can match ${text}: names have lower-case letters, digits and the separators . _ __ - / between them`;
  }
  return undefined;
}

function readPart(part: string, index: number, parts: readonly string[]): (Part | typeof ANY)[] {
  const characters = Array.from(part, (character) => (character === '*' ? ANY : character));
  if (part !== '**') return [characters];
  // At the end, `**` matches everything below, so at least one part.
  return index === parts.length - 1 ? [[ANY], ANY] : [ANY];
}

/** Returns whether `items` match `pattern` one by one, with any number of items for each `ANY`. */
function fits<P, I>(
  pattern: readonly (P | typeof ANY)[],
  items: ArrayLike<I>,
  isMeant: (wanted: P, item: I) => boolean,
): boolean {
  let [at, item] = [0, 0];
  let retry: { at: number; item: number } | undefined;
  while (item < items.length) {
    const wanted = pattern[at];
    if (wanted === ANY) {
      retry = { at: ++at, item };
    } else if (wanted !== undefined && isMeant(wanted, items[item] as I)) {
      at++;
      item++;
    } else if (retry !== undefined) {
      // Only the last `ANY` takes one more item. Earlier ones already have the shortest match, and extending them gains nothing.
      at = retry.at;
      item = ++retry.item;
    } else {
      return false;
    }
  }
  return pattern.slice(at).every((wanted) => wanted === ANY);
}

function fitsPart(part: Part, text: string): boolean {
  return fits(part, text, isSame);
}

function isSame(wanted: string, character: string): boolean {
  return wanted === character;
}
