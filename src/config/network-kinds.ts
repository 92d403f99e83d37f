import { BlockList, isIP } from 'node:net';

import { type Kind } from './kinds.js';

/** Addresses and networks. An empty text is an empty list. */
export const networks: Kind<BlockList> = {
  allowed: 'addresses and networks as 10.0.0.0/8, or loopback, with commas between them',
  parse: (text) => {
    const list = new BlockList();
    const parts = text === '' ? [] : text.split(',').map((part) => part.trim());
    return parts.every((part) => add(list, part)) ? list : undefined;
  },
  isValue: (value) => value instanceof BlockList,
};

/** An address and a port to listen on, as `HOST:PORT`, or an empty text. */
export const listenAddress: Kind<string> = {
  allowed: 'an address and a port, such as 127.0.0.1:9464 or [::1]:9464',
  parse: (text) => {
    const [, port] = /^(?:\[[\da-f:.]+\]|[\w.-]+):(\d{1,5})$/i.exec(text) ?? [];
    return text === '' || Number(port) <= 65_535 ? text : undefined;
  },
};

/** The origin of a URL (scheme, host and port), written as `URL.origin` writes it. */
export const origin: Kind<string> = {
  allowed: 'an http or https URL without a path',
  parse: (text) => {
    if (text === '') return text;
    const url = /^https?:\/\//i.test(text) ? URL.parse(text) : null;
    return url !== null && url.href === `${url.origin}/` ? url.origin : undefined;
  },
};

/** Origins as browsers send them, or `*` for all. An empty text is an empty list. */
export const origins: Kind<readonly string[]> = listOf(
  'origins such as https://ui.example.com with commas between them, or *',
  (text) => (text === '*' ? text : (!text.includes('*') && origin.parse(text)) || undefined),
);

/** Names of hosts in lower case, `*.suffix` for all names below one, or `*` for all. An empty text is an empty list. */
export const hostNames: Kind<readonly string[]> = listOf(
  'names, such as registry.example.com or *.example.com, with commas between them, or *',
  (text) => (/^(?:\*|(?:\*\.)?[\w-]+(?:\.[\w-]+)*)$/.test(text) ? text.toLowerCase() : undefined),
);

/** The URL of an issuer, kept exactly as written because it must equal the `iss` of its tokens. */
export const issuer: Kind<string> = {
  allowed: 'the URL of an OpenID Connect issuer',
  parse: (text) => {
    const url = /^https?:\/\/[^?#]*$/.test(text) ? URL.parse(text) : null;
    return text === '' || url?.username === '' ? text : undefined;
  },
};

function listOf(
  allowed: string,
  parse: (text: string) => string | undefined,
): Kind<readonly string[]> {
  const isEntry = (value: unknown) => typeof value === 'string' && parse(value) === value;
  return {
    allowed,
    parse: (text) => {
      const parts = text === '' ? [] : text.split(',').map((part) => parse(part.trim()));
      return parts.every((part) => part !== undefined) ? parts : undefined;
    },
    isValue: (value) => Array.isArray(value) && value.every(isEntry),
  };
}

function add(list: BlockList, part: string): boolean {
  if (part === 'loopback') return add(list, '127.0.0.0/8') && add(list, '::1');
  const [, address = '', digits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(part) ?? [];
  const version = address.includes('%') ? 0 : isIP(address);
  const bits = version === 4 ? 32 : 128;
  const prefix = Number(digits ?? bits);
  if (version === 0 || prefix > bits) return false;
  list.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6');
  return true;
}
