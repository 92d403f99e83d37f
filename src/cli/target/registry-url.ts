import { isIPv4 } from 'node:net';

import { PlainFailure } from '../plain-failure.js';

/** Whether a host, with or without a port, is this machine. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost') || name === '[::1]') return true;
  return isIPv4(name) && name.startsWith('127.');
}

/**
 * Returns the URL of a registry. Without a scheme, it is https, or http for a registry on this machine unless `tls` says that it has
 * a certificate.
 *
 * @throws PlainFailure
 */
export function registryUrl(text: string, tls = false): URL {
  const hasScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(text);
  const scheme = isLoopback(text.replace(/\/.*$/, '')) && !tls ? 'http' : 'https';
  const url = URL.parse(hasScheme ? text : `${scheme}://${text}`);
  const isPlain = url !== null && url.username === '' && url.search === '' && url.hash === '';
  if (isPlain && /^https?:$/.test(url.protocol)) return url;
  throw new PlainFailure(
    `${text} is not the URL of a registry; allowed: https://HOST[:PORT] or http://HOST[:PORT]`,
  );
}
