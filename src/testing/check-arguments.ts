import { inspect } from 'node:util';

/** A kind of values: what is allowed, for people, and the check. */
export interface Kind {
  readonly allowed: string;
  readonly fits: (value: unknown) => boolean;
}

/** The options of a function or the fields of an object, by name. */
export type Fields<T> = Readonly<Record<keyof T & string, Kind>>;

/** How much of a wrong value a message shows. */
const SHOWN_CHARACTERS = 60;

/** Checks an argument of a JavaScript caller. @throws TypeError that names the argument and what is allowed */
export function checkArgument(name: string, value: unknown, { allowed, fits }: Kind): void {
  if (!fits(value)) throw new TypeError(`${name} is ${shown(value)}; allowed: ${allowed}`);
}

/**
 * Checks each field that is set, and that there is no other one.
 *
 * @param owner such as `image`, or `platform of image`
 * @throws TypeError that names the field and what is allowed
 */
export function checkFields<T>(owner: string, value: unknown, fields: Fields<T>): void {
  const names = Object.keys(fields);
  checkArgument(owner, value, { allowed: `an object with ${names.join(', ')}`, fits: isRecord });
  for (const [name, field] of Object.entries(value as object)) {
    const kind = names.includes(name) ? fields[name as keyof T & string] : undefined;
    if (kind === undefined)
      throw new TypeError(`${owner} has no ${name}; allowed: ${names.join(', ')}`);
    if (field !== undefined) checkArgument(`${name} of ${owner}`, field, kind);
  }
}

/** Returns whether a value is an object with fields: not a list, not bytes and not `null`. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  );
}

const isText = (value: unknown): value is string => typeof value === 'string';

export const isContent = (value: unknown): value is string | Uint8Array =>
  isText(value) || value instanceof Uint8Array;

export const TEXT: Kind = {
  allowed: 'a text that is not empty',
  fits: (value) => isText(value) && value !== '',
};

export const ANY_TEXT: Kind = { allowed: 'a text', fits: isText };

export const TEXTS: Kind = {
  allowed: 'a list of texts',
  fits: (value) => Array.isArray(value) && value.every(isText),
};

export const BYTES: Kind = { allowed: 'a text, a Buffer or a Uint8Array', fits: isContent };

export const TEXTS_BY_NAME: Kind = {
  allowed: 'an object whose values are texts',
  fits: (value) => isRecord(value) && Object.values(value).every(isText),
};

export const OBJECTS_BY_NAME: Kind = {
  allowed: 'an object whose values are objects',
  fits: (value) => isRecord(value) && Object.values(value).every(isRecord),
};

export const RECORD: Kind = { allowed: 'an object', fits: isRecord };

/** Returns the kind of integers from `least` to `most`. */
export function integer(least: number, most = Number.MAX_SAFE_INTEGER): Kind {
  const limit = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
  return {
    allowed: `an integer, ${limit}`,
    fits: (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
  };
}

function shown(value: unknown): string {
  const text = inspect(value, { depth: 1, breakLength: Infinity, maxStringLength: 40 });
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
