/** What a compressed layer is, in a word or two. */
export function layerFormat(
  mediaType: string,
  annotations: Readonly<Record<string, string>> = {},
): string {
  const names = Object.keys(annotations);
  if (names.some((name) => name.startsWith('io.github.containers.zstd-chunked.')))
    return 'zstd:chunked';
  if (names.includes('containerd.io/snapshot/stargz/toc.digest')) return 'eStargz';
  if (/[+.]zstd$/.test(mediaType)) return 'zstd';
  if (/[+.]gzip$/.test(mediaType)) return 'gzip';
  return /[.+]tar$/.test(mediaType) ? 'tar' : '';
}

/** Returns the command of a step as a Dockerfile has it, without what builders add. */
export function commandText(command: string): string {
  return command
    .replace(/^\/bin\/sh -c #\(nop\)\s+/, '')
    .replace(/^(RUN )?(?:\|\d+ (?:[^=\s]+=\S* )*)?\/bin\/sh -c /, 'RUN ')
    .replace(/\s*# buildkit$/, '')
    .trim();
}

/** An environment variable of an image. */
export interface Variable {
  readonly name: string;
  readonly value: string;
  /** Whether it looks like something that should not be in an image. */
  readonly isSecret: boolean;
}

const SECRET_NAME =
  /(?:^|[_.-])pass(?![a-z])|password|passwd|passphrase|secret|token|(?:api|private|access)_?key|credential/i;

/** Names of what is beside a secret: where it is, or how it is used. */
const HARMLESS_NAME = /_(?:file|path|dir|url|name|ttl|timeout|length|type|id)$/i;

/** The beginnings of keys of well-known services. */
const SECRET_VALUE =
  /^(?:gh[pousr]_\w{20}|github_pat_|glpat-|AKIA[0-9A-Z]{16}|xox[abpr]-|sk-\w{20}|eyJ[\w-]+\.eyJ|-----BEGIN [A-Z ]*PRIVATE KEY)/;

/** Reads `NAME=VALUE`. */
export function variableOf(text: string): Variable {
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  const value = at < 0 ? '' : text.slice(at + 1);
  const isNamed = SECRET_NAME.test(name) && !HARMLESS_NAME.test(name);
  return { name, value, isSecret: value !== '' && (isNamed || SECRET_VALUE.test(value)) };
}

/** Returns the URL that a label leads to, or `undefined` for any other text. */
export function webUrl(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text)) return undefined;
  try {
    const url = new URL(text);
    return ['http:', 'https:'].includes(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** Returns JSON with line ends and indents, or another text as it is. */
export function readableJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
