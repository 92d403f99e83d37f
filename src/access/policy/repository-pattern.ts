import { tryParseRepositoryName, type RepositoryName } from '../../domain/repository-name.js';

/** A pattern that no repository can match, or that could be read in two ways; the message says how to write it. */
export class InvalidPattern extends Error {
  override readonly name = 'InvalidPattern';
}

/** Stands for any number of items, none among them. */
const ANY = Symbol('any number of items');

/** One part of a name, between slashes: its characters, and `ANY` for a `*`. */
type Part = readonly (string | typeof ANY)[];

/**
 * Says which repositories are meant, by their names.
 *
 * `*` stands for any characters within one part of a name, `**` (a part of its own) for any number of whole parts, and
 * everything else for itself:
 *
 * - `team/app` is that repository,
 * - `team/*` all directly below team, such as team/app, but not team/app/cache,
 * - `team/**` all below team at any depth, but not team itself,
 * - `**\/cache` all whose last part is cache, cache itself among them,
 * - `**` all repositories.
 */
export class RepositoryPattern {
  /** Every matching name begins with it, which rules out most others at once. */
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

  /** Takes time in proportion to the length of the pattern times that of the name, at most. */
  matches(repository: RepositoryName): boolean {
    if (!repository.startsWith(this.beginning)) return false;
    return fits(this.parts, repository.split('/'), (part, text) => fits(part, text, isSame));
  }
}

function problemOf(text: string): string | undefined {
  const parts = text.split('/');
  if (text === '') return 'a pattern is empty; ** stands for all repositories';
  if (parts.includes('')) return `${text} has a slash too many`;
  if (parts.some((part) => part.includes('**') && part !== '**')) {
    return `in ${text}, ** stands beside something else; it stands for whole parts, as in team/** or **/cache`;
  }
  if (text.includes('**/**')) return `${text} has ** twice in a row; once says the same`;
  // A star accepts any part of a name wherever it accepts other text.
  if (tryParseRepositoryName(text.replace(/\*+/g, 'a')) === undefined) {
    return `no repository can match ${text}: names have lower-case letters, digits and the separators . _ __ - / between them`;
  }
  return undefined;
}

function readPart(part: string, index: number, parts: readonly string[]): (Part | typeof ANY)[] {
  const characters = Array.from(part, (character) => (character === '*' ? ANY : character));
  if (part !== '**') return [characters];
  // At the end it is what lies below, so there is one part at least.
  return index === parts.length - 1 ? [[ANY], ANY] : [ANY];
}

/**
 * Whether `items` are what `pattern` says, one for one, with any number of them for each `ANY`.
 *
 * Where it fails, only the last `ANY` is given one item more: what earlier ones took is the shortest that fits, and to
 * give them more gains nothing.
 */
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
      at = retry.at;
      item = ++retry.item;
    } else {
      return false;
    }
  }
  return pattern.slice(at).every((wanted) => wanted === ANY);
}

function isSame(wanted: string, character: string): boolean {
  return wanted === character;
}
