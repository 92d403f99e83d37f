import { describe, expect, it } from '@jest/globals';

import { parseScopes, scopeText } from '../../../src/access/tokens/scope.js';

const parsed = (...parameters: string[]): string[] => parseScopes(parameters).map(scopeText);

describe('a scope', () => {
  it.each([
    ['repository(plugin):team/plug:pull,push', ['repository:team/plug:pull,push']],
    ['repository(image):team/app:pull', ['repository:team/app:pull']],
    ['repository(a1):a:*', ['repository:a:pull,push,delete']],
    ['repository:a:pull repository(plugin):b:push', ['repository:a:pull', 'repository:b:push']],
  ])('may have a class, which is ignored: %s', (text, scopes) => {
    expect(parsed(text)).toEqual(scopes);
  });

  it('is left out beyond 4 KiB, because the token must fit into a header', () => {
    const texts = Array.from(
      { length: 50 },
      (_, index) => `repository:${index}${'a'.repeat(200)}:pull`,
    );
    expect(parsed(texts.join(' '))).toEqual(texts.slice(0, 18));
  });

  it('may be the list of repositories', () => {
    expect(parsed('registry:catalog:* repository:a:pull')).toEqual([
      'registry:catalog:*',
      'repository:a:pull',
    ]);
    expect(parsed('registry:catalog:pull', 'registry:other:*')).toEqual([]);
  });

  it.each([
    ...['repository():a:pull', 'repository(A):a:pull', 'repository(a b):a:pull'],
    ...['repository(a:a:pull', 'repository(a)b:a:pull', '(a)repository:a:pull'],
    ...['registry(repository):a:pull', 'repository(a)(b):a:pull', 'repository (a):a:pull'],
  ])('is ignored if its type is malformed or unknown: %s', (text) => {
    expect(parsed(text)).toEqual([]);
  });
});
