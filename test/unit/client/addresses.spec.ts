import { type LookupAddress } from 'node:dns';
import { isIPv6, type LookupFunction } from 'node:net';

import { beforeEach, describe, expect, it } from '@jest/globals';

import { checkedLookup, checkLiteral, isAllowed } from '../../../src/client/addresses.js';
import { parseTagName } from '../../../src/domain/reference.js';
import { useOpened } from '../../support/upstreams/opened.js';
import { type SeenServer } from '../../support/upstreams/seen-server.js';

const LATEST = parseTagName('latest');

const PRIVATE = [
  '127.0.0.1',
  '127.8.8.8',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '100.64.0.1',
  '192.0.0.8',
  '198.18.0.1',
  '::1',
  'fd12:3456::1',
  'fec0::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:10.0.0.1',
  '64:ff9b::10.0.0.1',
  '2002:a00:1::1',
  '2002:7f00:1::',
];

const NEVER = [
  '0.0.0.0',
  '0.1.2.3',
  '169.254.169.254',
  '169.254.0.1',
  '168.63.129.16',
  '100.100.100.200',
  '224.0.0.1',
  '239.255.255.250',
  '255.255.255.255',
  '::',
  'fe80::1',
  'fe80::1%eth0',
  'ff02::1',
  'fd00:ec2::254',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '64:ff9b::169.254.169.254',
  '2002:a9fe:a9fe::1',
  '2001:0:4136:e378:8000:63bf:3fff:fdd2',
];

const PUBLIC = [
  '8.8.8.8',
  '172.32.0.1',
  '100.128.0.1',
  '2606:4700::1111',
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8',
  '2002:808:808::1',
];

describe('the address of a registry', () => {
  it.each(PUBLIC)('may be %s', (address) => {
    expect(isAllowed(address, 'public')).toBe(true);
    expect(isAllowed(address, 'private')).toBe(true);
  });

  it.each(PRIVATE)('may be %s only if it may be private', (address) => {
    expect(isAllowed(address, 'public')).toBe(false);
    expect(isAllowed(address, 'private')).toBe(true);
  });

  it.each([...NEVER, 'registry.example', ''])('is never %j', (address) => {
    expect(isAllowed(address, 'public')).toBe(false);
    expect(isAllowed(address, 'private')).toBe(false);
  });
});

describe('the host of a URL', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://0x7f.1/',
    'http://2130706433/',
    'http://017700000001/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[0:0:0:0:0:ffff:7f00:1]/',
    'http://169.254.169.254/latest/meta-data',
  ])('is refused in %s, however the address is written', (text) => {
    expect(() => checkLiteral(new URL(text), 'public')).toThrow(/address/);
  });

  it.each(['https://registry.example/', 'http://localhost/', 'https://8.8.8.8/'])(
    'is not refused before it is resolved in %s',
    (text) => {
      expect(() => checkLiteral(new URL(text), 'public')).not.toThrow();
    },
  );

  it('is refused with the line that would allow it', () => {
    expect(() => checkLiteral(new URL('http://10.0.0.1/'), 'public')).toThrow(
      '10.0.0.1 is a private address; if the registry is in a private network, add this line to the mirror: addresses: private',
    );
    expect(() => checkLiteral(new URL('http://169.254.169.254/'), 'private')).toThrow(
      '169.254.169.254 is not an address of a registry',
    );
  });
});

/** Returns a lookup that resolves each name to these addresses. */
function resolvingTo(...addresses: readonly string[]): LookupFunction {
  return (_, { all }, done) => {
    const found = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
    const [{ address, family } = { address: '', family: 4 }] = found;
    if (all === true) done(null, found);
    else done(null, address, family);
  };
}

describe('a name', () => {
  const look = (all: boolean, ...addresses: readonly string[]) =>
    new Promise<string | LookupAddress[]>((resolve, reject) => {
      const lookup = checkedLookup('public', resolvingTo(...addresses));
      lookup('registry.example', { all }, (error, found) =>
        error === null ? resolve(found) : reject(error),
      );
    });

  it('resolves to its allowed addresses only', async () => {
    expect(await look(true, '127.0.0.1', '8.8.8.8', '::1', '2606:4700::1')).toEqual([
      { address: '8.8.8.8', family: 4 },
      { address: '2606:4700::1', family: 6 },
    ]);
    expect(await look(false, '127.0.0.1', '8.8.8.8')).toBe('8.8.8.8');
  });

  it.each([[['127.0.0.1']], [['10.0.0.1', 'fd00::1']]])(
    'does not resolve if all its addresses are private: %j',
    async (addresses) => {
      const expected = `registry.example (${addresses.join(', ')}) is a private address`;
      await expect(look(true, ...addresses)).rejects.toThrow(expected);
      await expect(look(false, ...addresses)).rejects.toThrow(expected);
    },
  );
});

describe('a connection to a registry', () => {
  let server: SeenServer;
  const { serve, clientOf } = useOpened();
  beforeEach(async () => {
    server = await serve((_, response) => void response.writeHead(404).end());
  });

  const ask = (url: string, addresses: 'public' | 'private', lookup?: LookupFunction) =>
    clientOf(url, { addresses }, lookup && { lookup }).stat('app', LATEST);
  const port = (): string => new URL(server.url).port;

  it.each(['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433'])(
    'is not made to %s if addresses must be public',
    async (host) => {
      await expect(ask(`http://${host}:${port()}`, 'public')).rejects.toMatchObject({
        kind: 'unavailable',
        message: expect.stringContaining('addresses: private'),
      });

      expect(server.connections).toBe(0);
    },
  );

  it('is not made to a name with a private address', async () => {
    const question = ask(`http://evil.example:${port()}`, 'public', resolvingTo('127.0.0.1'));

    await expect(question).rejects.toThrow('evil.example (127.0.0.1) is a private address');
    expect(server.connections).toBe(0);
  });

  it('is not made to a name that does not exist', async () => {
    const lookup: LookupFunction = (_, __, done) =>
      done(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }), []);

    await expect(ask('http://gone.example', 'public', lookup)).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'upstream.test did not send the manifest app:latest: its name does not exist in DNS',
    });
  });

  it('is not waited for if the name is resolved too late', async () => {
    const options = { lookup: () => undefined, patience: { connectMs: 500 } };
    const client = clientOf('http://slow.example', {}, options);

    await expect(client.stat('app', LATEST)).rejects.toThrow(/: it does not respond$/);
  });

  it('is made to a name with a private address if the mirror allows it', async () => {
    const lookup = resolvingTo('127.0.0.1');

    expect(await ask(`http://lab.example:${port()}`, 'private', lookup)).toBeUndefined();
    expect(server.connections).toBe(1);
  });
});
