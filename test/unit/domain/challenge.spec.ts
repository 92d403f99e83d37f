import { describe, expect, it } from '@jest/globals';

import { readChallenge } from '../../../src/domain/challenge.js';

describe('a challenge', () => {
  it.each<[string | string[], object]>([
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull,push"',
      {
        scheme: 'bearer',
        realm: 'https://auth.docker.io/token',
        service: 'registry.docker.io',
        scope: 'repository:library/alpine:pull,push',
      },
    ],
    ['bearer realm=https://a/token', { scheme: 'bearer', realm: 'https://a/token' }],
    ['Basic realm="Registry"', { scheme: 'basic', realm: 'Registry' }],
    ['Basic', { scheme: 'basic', realm: '' }],
    [
      'Basic realm="a", Bearer realm="https://b", error="insufficient_scope"',
      { scheme: 'bearer', realm: 'https://b', error: 'insufficient_scope' },
    ],
    [
      ['Basic realm="a, Bearer b=c"', 'Bearer realm="https://b"'],
      { scheme: 'bearer', realm: 'https://b' },
    ],
    ['Bearer realm="a\\"b"', { scheme: 'bearer', realm: 'a"b' }],
    ['Negotiate, Basic realm="x"', { scheme: 'basic', realm: 'x' }],
  ])('is read from %j', (header, challenge) => {
    expect(readChallenge(header)).toEqual(challenge);
  });

  it.each([undefined, '', 'Negotiate', 'Digest realm="basic"', 'realm="Basic x"'])(
    'is not found in %j',
    (header) => {
      expect(readChallenge(header)).toBeUndefined();
    },
  );

  it.each(['a', 'a=', 'a="', '\\a', ' ,', ' a', ' a="\\'])(
    'is read in linear time if it repeats %j',
    (part) => {
      const begin = performance.now();
      readChallenge(`Bearer realm="${part.repeat(50_000)}`);
      readChallenge(`Bearer ${part.repeat(50_000)}`);

      expect(performance.now() - begin).toBeLessThan(1_000);
    },
  );
});
