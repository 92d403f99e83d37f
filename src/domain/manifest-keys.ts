import { RegistryError } from './errors.js';

/** A known key of an object: its bit in the set of keys that were seen, and the keys of its value if that is an object. */
interface KnownKey {
  readonly bit: number;
  readonly inner: Keys | undefined;
}

interface Keys {
  readonly exact: ReadonlyMap<string, KnownKey>;
  /** The known keys by their folded form. */
  readonly folded: ReadonlyMap<string, string>;
}

const PLATFORM = keys('architecture', 'os', 'os.version', 'os.features', 'variant', 'features');
const DESCRIPTOR = keys(
  ...['mediaType', 'digest', 'size', 'urls', 'annotations', 'data', 'artifactType'],
  ['platform', PLATFORM],
);
const MANIFEST = keys(
  ...['schemaVersion', 'mediaType', 'artifactType', 'annotations'],
  ...(['config', 'layers', 'manifests', 'subject'] as const).map(
    (key) => [key, DESCRIPTOR] as const,
  ),
);

/** The length of the longest known key. Longer keys need no comparison. */
const MAX_KEY_LENGTH = 16;

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/**
 * Refuses a manifest that readers of JSON understand differently: a known key stands twice in one object, or a key equals a
 * known one except for case, which Go ignores.
 *
 * @param json valid JSON; `JSON.parse` would hide repeated keys
 * @throws RegistryError `manifest-invalid`
 */
export function refuseAmbiguousKeys(json: string): void {
  new KeyScanner(json).value(MANIFEST);
}

/** Walks through valid JSON once, from the beginning to the end. */
class KeyScanner {
  private at = 0;

  constructor(private readonly json: string) {}

  /** Reads one value: an object with these keys, or a list of such objects. Other values are skipped. */
  value(known: Keys | undefined): void {
    const first = this.next();
    if (known === undefined) this.skip(first);
    else if (first === OPEN_BRACE) this.object(known);
    else if (first === OPEN_BRACKET) this.list(known);
    else this.skip(first);
  }

  private object(known: Keys): void {
    this.at++;
    let seen = 0;
    while (this.next() !== CLOSE_BRACE) {
      if (this.next() === COMMA) this.at++;
      this.next();
      const key = this.key();
      const found = key === undefined ? undefined : lookUp(known, key);
      if (key !== undefined && found !== undefined && (seen & found.bit) !== 0) {
        throw refused(`${key} stands twice`, key);
      }
      seen |= found?.bit ?? 0;
      this.next();
      // The colon.
      this.at++;
      this.value(found?.inner);
    }
    this.at++;
  }

  private list(known: Keys): void {
    this.at++;
    for (let first = this.next(); first !== CLOSE_BRACKET; first = this.next()) {
      if (first === COMMA) this.at++;
      // A list within the list is invalid for a manifest. Skipping it bounds the depth of the recursion.
      const inner = this.next();
      if (inner === OPEN_BRACE) this.object(known);
      else this.skip(inner);
    }
    this.at++;
  }

  /** Skips a value of any depth without recursion. */
  private skip(first: number): void {
    if (first === QUOTE) this.text();
    else if (first === OPEN_BRACE || first === OPEN_BRACKET) this.nested();
    else while (!isEndOfScalar(this.json.charCodeAt(this.at))) this.at++;
  }

  private nested(): void {
    let depth = 0;
    do {
      const code = this.json.charCodeAt(this.at);
      if (code === QUOTE) {
        this.text();
        continue;
      }
      if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
      else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--;
      this.at++;
    } while (depth > 0);
  }

  /** Returns the key at this place, or `undefined` if it is too long to equal a known one. */
  private key(): string | undefined {
    const from = this.at;
    this.text();
    // Each character may be written as an escape of six.
    if (this.at - from > 6 * MAX_KEY_LENGTH + 2) return undefined;
    const text = this.json.slice(from + 1, this.at - 1);
    return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
  }

  /** Skips a string. Every quote and backslash is looked at once, so the time is linear. */
  private text(): void {
    let end = this.at;
    let from: number;
    do {
      from = end + 1;
      end = this.json.indexOf('"', from);
    } while (this.isEscaped(from, end));
    this.at = end + 1;
  }

  private isEscaped(from: number, quote: number): boolean {
    let before = quote;
    while (before > from && this.json.charCodeAt(before - 1) === BACKSLASH) before--;
    return (quote - before) % 2 === 1;
  }

  /** Moves to the next character that is not white space, and returns its code. */
  private next(): number {
    let code = this.json.charCodeAt(this.at);
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) {
      code = this.json.charCodeAt(++this.at);
    }
    return code;
  }
}

/** Whether a number or word ends before this character, or at the end of the text. */
function isEndOfScalar(code: number): boolean {
  return code === COMMA || code === CLOSE_BRACE || code === CLOSE_BRACKET || Number.isNaN(code);
}

function lookUp({ exact, folded }: Keys, key: string): KnownKey | undefined {
  const found = exact.get(key);
  if (found !== undefined || key.length > MAX_KEY_LENGTH) return found;
  const name = folded.get(fold(key));
  if (name === undefined) return undefined;
  throw refused(`${JSON.stringify(key)} equals ${name} except for case; write ${name}`, name);
}

/** Folds case like Go's `encoding/json`, where U+017F is an s and U+212A, the Kelvin sign, a k. */
function fold(key: string): string {
  return key.replaceAll('\u017f', 's').replaceAll('\u212a', 'k').toLowerCase();
}

function keys(...known: readonly (string | readonly [key: string, inner: Keys])[]): Keys {
  const entries = known.map((entry) => (typeof entry === 'string' ? ([entry] as const) : entry));
  return {
    exact: new Map(entries.map(([key, inner], index) => [key, { bit: 1 << index, inner }])),
    folded: new Map(entries.map(([key]) => [fold(key), key])),
  };
}

function refused(problem: string, key: string): RegistryError {
  const message = `the manifest is ambiguous: the key ${problem}`;
  return new RegistryError('manifest-invalid', message, { key });
}
