import { isIP } from 'node:net';

/** A host name or an address in a certificate. */
export interface Host {
  readonly type: 'dns' | 'ip';
  readonly value: string;
}

/** A label of a host name, as in RFC 1123, section 2.1. The first label may be `*`. */
const LABEL = /^[a-z\d](?:[a-z\d_-]{0,61}[a-z\d])?$/;

/**
 * Reads a host name or an address; IPv6 may be in brackets. Returns `undefined` for anything else,
 * such as a host with a port.
 */
export function parseHost(text: string): Host | undefined {
  const address = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  if (isIP(address) !== 0) return { type: 'ip', value: address };
  const name = text.toLowerCase();
  const labels = name.replace(/^\*\.(?=.)/, '').split('.');
  // A name whose last label is a number is an invalid address, such as 256.1.1.1.
  const isName = labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '');
  return isName && name.length <= 253 ? { type: 'dns', value: name } : undefined;
}
