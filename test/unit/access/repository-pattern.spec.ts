import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  InvalidPattern,
  RepositoryPattern,
} from '../../../src/access/policy/repository-pattern.js';
import { tryParseRepositoryName } from '../../../src/domain/repository-name.js';
import { elapsed } from '../../support/elapsed.js';
import { repo } from '../../../src/storage/contract/fixtures.js';

const matches = (pattern: string, name: string): boolean =>
  RepositoryPattern.parse(pattern).matches(repo(name));

describe('a repository pattern', () => {
  it.each([
    ['team/app', 'team/app'],
    ['*', 'app'],
    ['team/*', 'team/app'],
    ['team/a*', 'team/a'],
    ['team/*-cache', 'team/app-cache'],
    ['*/app', 'team/app'],
    ['a*b*c', 'axbxbxc'],
    ['t*m/**', 'team/a/b'],
    ['**', 'app'],
    ['**', 'team/app/cache'],
    ['team/**', 'team/app'],
    ['team/**', 'team/a/b/c'],
    ['**/cache', 'cache'],
    ['**/cache', 'a/b/cache'],
    ['team/**/cache', 'team/cache'],
    ['team/**/cache', 'team/a/cache/b/cache'],
    ['**/a/**', 'x/a/y'],
  ])('%s matches %s', (pattern, name) => {
    expect(matches(pattern, name)).toBe(true);
  });

  it.each([
    ['team/app', 'team/app2'],
    ['team/app', 'team'],
    ['team.app', 'team-app'],
    ['*', 'team/app'],
    ['team/*', 'team/a/b'],
    ['team/*', 'team'],
    ['team/*', 'teams/a'],
    ['team/*-cache', 'team/cache'],
    ['a*b*c', 'axcxb'],
    ['team/**', 'team'],
    ['team/**', 'teams/app'],
    ['**/cache', 'a/cache/b'],
    ['team/**/cache', 'cache'],
    ['**/a/**', 'x/a'],
  ])('%s does not match %s', (pattern, name) => {
    expect(matches(pattern, name)).toBe(false);
  });

  it.each([
    ['', /is empty/],
    ['/', /one slash too many/],
    ['team/', /one slash too many/],
    ['/team', /one slash too many/],
    ['team//app', /one slash too many/],
    ['team/app**', /whole part, as in team\/\*\*/],
    ['***', /whole part/],
    ['**/**', /twice in a row/],
    ['Team/*', /no repository can match Team\/\*: names have lower-case/],
    ['team/ app', /no repository can match/],
    ['team/[ab]', /no repository can match/],
    ['team/?', /no repository can match/],
    ['!team', /no repository can match/],
    ['-*', /no repository can match/],
    ['a..*', /no repository can match/],
    ['x'.repeat(256), /no repository can match/],
  ])('%j is refused with a reason', (pattern, message) => {
    const parse = () => RepositoryPattern.parse(pattern);
    expect(parse).toThrow(InvalidPattern);
    expect(parse).toThrow(message);
  });

  it('matches the same names as a naive implementation', () => {
    const few = { maxLength: 6 };
    const name = fc
      .string({ unit: fc.constantFrom('a', 'b', '/'), minLength: 1, ...few })
      .filter((text) => tryParseRepositoryName(text) !== undefined);
    const pattern = fc
      .array(fc.constantFrom('a', 'b', '*', '**', '/'), { minLength: 1, ...few })
      .map((parts) => parts.join(''))
      .filter(makesSense);
    fc.assert(
      fc.property(pattern, name, (text, repository) => {
        expect(matches(text, repository)).toBe(naive(text.split('/'), repository.split('/')));
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ['**', 'ghcr.io', true],
    ['ghcr.io/**', 'ghcr.io', true],
    ['**/app', 'ghcr.io', true],
    ['*/*/app', 'ghcr.io', true],
    ['g*/acme', 'ghcr.io', true],
    ['*', 'ghcr.io', false],
    ['ghcr.io', 'ghcr.io', false],
    ['**/ghcr.io', 'ghcr.io', true],
    ['ghcr.iox/**', 'ghcr.io', false],
    ['team/**', 'team/app', true],
    ['team/app', 'team/app', false],
  ])('knows whether %s can match a name below %s', (pattern, name, expected) => {
    expect(RepositoryPattern.parse(pattern).canMatchBelow(name)).toBe(expected);
  });

  it('can match below a name exactly if it matches some name below it', () => {
    const letters = ['a', 'b'];
    const twice = letters.flatMap((one) => letters.map((two) => one + two));
    const long = twice.flatMap((one) => [...letters, ...twice].map((two) => one + two));
    const short = [...letters, ...twice];
    const pairs = short.flatMap((one) => short.map((two) => `${one}/${two}`));
    const below = [...short, ...long, ...pairs];
    const pattern = fc
      .array(fc.constantFrom('a', 'b', '*', '**', '/'), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join(''))
      .filter(makesSense);
    fc.assert(
      fc.property(pattern, fc.constantFrom('a', 'ab', 'a/b'), (text, above) => {
        const found = below.some((rest) => matches(text, `${above}/${rest}`));
        expect(RepositoryPattern.parse(text).canMatchBelow(above)).toBe(found);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is not slow for hostile patterns', () => {
    let matched: boolean[] = [];
    const milliseconds = elapsed(() => {
      matched = [
        matches(`${'a*'.repeat(60)}b`, 'a'.repeat(255)),
        matches(`${'a/**/'.repeat(50)}b`, `${'a/'.repeat(127)}a`),
        matches(`${'**/*a*a*/'.repeat(25)}b`, `${'aaa/'.repeat(63)}aaa`),
      ];
    });
    expect(matched).toEqual([false, false, false]);
    expect(milliseconds).toBeLessThan(100);
  });
});

function makesSense(pattern: string): boolean {
  try {
    RepositoryPattern.parse(pattern);
    return true;
  } catch {
    return false;
  }
}

/** A naive matcher that tries all possibilities. */
function naive(pattern: readonly string[], parts: readonly string[]): boolean {
  const [wanted, ...rest] = pattern;
  if (wanted === undefined) return parts.length === 0;
  if (wanted === '**') {
    const least = rest.length === 0 ? 1 : 0;
    return parts.concat('').some((_, skip) => skip >= least && naive(rest, parts.slice(skip)));
  }
  const [part, ...others] = parts;
  return part !== undefined && naivePart(wanted, part) && naive(rest, others);
}

function naivePart(wanted: string, text: string): boolean {
  if (wanted === '') return text === '';
  if (!wanted.startsWith('*')) {
    return wanted[0] === text[0] && naivePart(wanted.slice(1), text.slice(1));
  }
  return `${text} `.split('').some((_, skip) => naivePart(wanted.slice(1), text.slice(skip)));
}
