import { basename } from 'node:path';

import { tryParseRepositoryName } from '../../domain/repository-name.js';
import { InvalidFile } from '../../files/invalid-file.js';
import { readText } from '../../files/watched-file.js';

/** The first parts of paths that the registry itself serves: `/api`, `/v2` and so on. */
const RESERVED = ['api', 'console', 'health', 'metrics', 'v2'];

/** A host with an optional port, as clients write it in `ns`. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[\da-f:.]+\])(?::\d{1,5})?$/;

/** Returns why a mirror cannot have this name, or `undefined`. */
export function problemOfName(name: string): string | undefined {
  if (RESERVED.includes(name))
    return `${name} cannot be the name of a mirror: the registry uses it`;
  if (!name.includes('/') && tryParseRepositoryName(name) !== undefined) return undefined;
  return `"${name}" cannot be the name of a mirror; allowed: lower-case letters and digits with . _ - between them, such as docker.io`;
}

/** Returns why this is not the host of a registry, or `undefined`. */
export function problemOfHost(host: string): string | undefined {
  if (HOST.test(host)) return undefined;
  return `"${host}" is not a host; write it as clients send it in ns, such as quay.io or localhost:5000`;
}

/** Returns why another registry cannot have this URL, or `undefined`. The URL may have a password, which is in no message. */
export function problemOfOrigin(text: string): string | undefined {
  const url = webUrl(text);
  if (url === undefined) return 'url must begin with https:// or http:// and a host';
  if (url.username !== '' || url.password !== '') return withoutLogin('url');
  if (url.href === `${url.origin}/`) return undefined;
  return `url must have no path: write ${url.origin}`;
}

/** Returns why this is not a URL that logins are sent to, or `undefined`. */
export function problemOfRealm(text: string): string | undefined {
  const url = webUrl(text);
  if (url === undefined) return 'realm must begin with https:// or http:// and a host';
  return url.username === '' && url.password === '' ? undefined : withoutLogin('realm');
}

/** Returns why this is not the URL of a proxy, or `undefined`. */
export function problemOfProxy(text: string): string | undefined {
  return webUrl(text) === undefined
    ? 'proxy must begin with http:// or https:// and a host'
    : undefined;
}

/** Resolves to why a file has no password, or to `undefined`. Its content is in no message. */
export async function problemOfPassword(path: string): Promise<string | undefined> {
  const text = await textOf(path);
  if (typeof text !== 'string') return text.problem;
  return text.trim() === '' ? `${basename(path)} is empty: write the password into it` : undefined;
}

/** Resolves to why a file has no certificates, or to `undefined`. */
export async function problemOfCertificates(path: string): Promise<string | undefined> {
  const text = await textOf(path);
  if (typeof text !== 'string') return text.problem;
  if (text.includes('-----BEGIN CERTIFICATE-----')) return undefined;
  return `${basename(path)} has no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----`;
}

function webUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) ? url : undefined;
}

function withoutLogin(what: string): string {
  return `${what} must have no user and no password: write them under login`;
}

async function textOf(path: string): Promise<string | { readonly problem: string }> {
  try {
    return await readText(path);
  } catch (error) {
    if (error instanceof InvalidFile) return { problem: error.message };
    throw error;
  }
}
