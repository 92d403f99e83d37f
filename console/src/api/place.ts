/** Where the page and its registry are. The server writes the base of the page into `<base>`. */

/** Returns the path of the console without a slash at its end, such as `/console`. */
export function consolePath(baseUri: string): string {
  return new URL('.', baseUri).pathname.replace(/\/$/, '');
}

/** Returns the URL of the registry, without a slash at its end: what comes before `/api` and `/console`. */
export function registryUrl(baseUri: string): string {
  return new URL('..', baseUri).href.replace(/\/$/, '');
}

/** Where image clients reach the registry. */
export interface ClientAddress {
  /** The host with its port, as the first part of an image's name. */
  readonly host: string;
  /** Whether the registry is reached without TLS, which most clients have to be allowed. */
  readonly isPlain: boolean;
  /** Whether the registry is on the machine of the browser, where docker allows plain HTTP by itself. */
  readonly isLocal: boolean;
}

/** Returns where image clients reach the registry of a page. They look at the root of the host only. */
export function clientAddress(baseUri: string): ClientAddress {
  const { host, hostname, protocol } = new URL(baseUri);
  return {
    host,
    isPlain: protocol === 'http:',
    isLocal: /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname),
  };
}
