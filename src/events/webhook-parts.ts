import { validateHeaderName, validateHeaderValue } from 'node:http';
import { basename } from 'node:path';

import { InvalidFile } from '../files/invalid-file.js';
import { readText } from '../files/watched-file.js';

/** How many bytes a secret has, by the specification of Standard Webhooks. */
const MIN_SECRET_BYTES = 24;
const MAX_SECRET_BYTES = 64;

/** Headers that a delivery sets itself. */
const OWN_HEADERS = [
  'connection',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding',
  'webhook-id',
  'webhook-signature',
  'webhook-timestamp',
];

/** Returns why a receiver cannot have this URL, or `undefined`. */
export function problemOfUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    return 'url must begin with http:// or https:// and a host';
  }
  return url.hash === '' ? undefined : 'url must not have a fragment (#)';
}

/** Resolves to why a file has no secret, or to `undefined`. Its content is in no message. */
export function problemOfSecret(path: string): Promise<string | undefined> {
  return problemOf(path, readSecret);
}

/** Resolves to why a file has no headers, or to `undefined`. Its content is in no message. */
export function problemOfHeaders(path: string): Promise<string | undefined> {
  return problemOf(path, readHeaders);
}

/** Resolves to the secret in a file: `whsec_` and base64. @throws Error that does not show the content */
export async function readSecret(path: string): Promise<string> {
  const text = (await readText(path)).trim();
  const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const { byteLength } = Buffer.from(base64, 'base64');
  if (byteLength >= MIN_SECRET_BYTES && byteLength <= MAX_SECRET_BYTES) return text;
  throw new Error(
    `${basename(path)} has no secret: write whsec_ and ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} random bytes in base64`,
  );
}

/** Resolves to the headers in a file, one `Name: value` in each line. @throws Error that does not show the content */
export async function readHeaders(path: string): Promise<Readonly<Record<string, string>>> {
  const headers: Record<string, string> = {};
  const lines = (await readText(path)).split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const [, name = '', value = ''] = /^([^:\s]+):\s*(.*?)\s*$/.exec(line) ?? [];
    const problem = problemOfHeader(name, value);
    if (problem !== undefined) throw new Error(`${basename(path)}:${index + 1}: ${problem}`);
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

function problemOfHeader(name: string, value: string): string | undefined {
  if (OWN_HEADERS.includes(name.toLowerCase())) return `the header ${name} is set by the registry`;
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return undefined;
  } catch {
    return 'this is not a header; write Name: value';
  }
}

async function problemOf(
  path: string,
  read: (path: string) => Promise<unknown>,
): Promise<string | undefined> {
  try {
    await read(path);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidFile) return error.message;
    return error instanceof Error ? error.message : String(error);
  }
}
