import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  isAllowed,
  MirrorNames,
  type AskedRepository,
} from '../../../../src/mirror/plan/meant-repository.js';
import { parseMirrorsFile } from '../../../../src/mirror/plan/mirrors-file.js';

const plan = await parseMirrorsFile(
  `
mirrors:
  - { name: docker.io, url: 'https://registry-1.docker.io', also: [index.docker.io] }
  - { name: quay.io, url: 'https://quay.io', allow: ['org/**'], deny: [org/secret] }
  - { name: lab, url: 'https://registry.lab.example:5443', also: ['registry.lab.example:5443'] }
local: [images.example.com]
`,
  'mirrors.yaml',
);
const names = new MirrorNames(plan, 'https://berth.example.com');

/** Returns the name in this registry, or `unknown`. */
function meant(asked: AskedRepository): string {
  const found = names.meant(asked);
  return found.kind === 'unknown' ? 'unknown' : found.name;
}

const component = fc.constantFrom('docker.io', 'quay.io', 'lab', 'library', 'alpine', 'org', 'v2');
const repository = fc
  .array(component, { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('/'));
const ns = fc.constantFrom(
  ...[undefined, 'docker.io', 'index.docker.io', 'quay.io', 'lab', 'localhost', '10.0.0.1:5000'],
  ...['evil.example', 'DOCKER.IO', 'images.example.com', '', 'registry'],
);
const root = fc.constantFrom(undefined, 'docker.io', 'lab', 'gone.example');
const asked = fc.record({ name: repository, ns, root });

describe('the repository that a request means', () => {
  it.each([
    ['team/app', 'team/app'],
    ['docker.io/library/alpine', 'docker.io/library/alpine'],
    ['docker.io/alpine', 'docker.io/library/alpine'],
    ['docker.io/bitnami/redis', 'docker.io/bitnami/redis'],
    ['quay.io/app', 'quay.io/app'],
    ['lab/app', 'lab/app'],
    ['docker.io', 'docker.io'],
    ['docker.iox/alpine', 'docker.iox/alpine'],
    ['team/docker.io/alpine', 'team/docker.io/alpine'],
  ])('is for the name %s %s', (name, expected) => {
    expect(meant({ name })).toBe(expected);
  });

  it.each([
    ['library/alpine', 'docker.io', 'docker.io/library/alpine'],
    ['alpine', 'docker.io', 'docker.io/library/alpine'],
    ['alpine', 'INDEX.docker.io', 'docker.io/library/alpine'],
    ['docker.io/library/alpine', 'docker.io', 'docker.io/library/alpine'],
    ['docker.io/alpine', 'docker.io', 'docker.io/library/alpine'],
    ['quay.io/org/app', 'docker.io', 'docker.io/quay.io/org/app'],
    ['app', 'lab', 'lab/app'],
    ['app', 'registry.lab.example:5443', 'lab/app'],
  ])('is for the name %s of the registry %s %s', (name, registry, expected) => {
    expect(meant({ name, ns: registry })).toBe(expected);
  });

  it.each([
    ...[
      'localhost',
      'localhost:5000',
      '127.0.0.1',
      '10.0.0.7:5000',
      '::1',
      '[::1]',
      '[fe80::1]:5000',
    ],
    ...['registry', 'kind-registry:5000', '', 'berth.example.com', 'berth.example.com:443'],
    ...['Berth.Example.com', 'images.example.com'],
  ])('is local if the registry is %j', (registry) => {
    expect(meant({ name: 'team/app', ns: registry })).toBe('team/app');
    expect(meant({ name: 'docker.io/alpine', ns: registry })).toBe('docker.io/library/alpine');
  });

  it.each([
    ...[
      'evil.example',
      'ghcr.io',
      'quay.io:443',
      'berth.example.com:8443',
      'localhost.evil.example',
    ],
    ...[
      '1.2.3.4.5',
      'images.example.com:5000',
      'docker.io.',
      'registry.lab.example',
      '[evil]',
      ' ',
    ],
  ])('does not exist here if the registry is %j', (registry) => {
    expect(meant({ name: 'team/app', ns: registry })).toBe('unknown');
    expect(meant({ name: 'docker.io/library/alpine', ns: registry })).toBe('unknown');
  });

  it.each([
    ['library/alpine', undefined, 'docker.io/library/alpine'],
    ['alpine', undefined, 'docker.io/library/alpine'],
    ['alpine', 'docker.io', 'docker.io/library/alpine'],
    ['docker.io/library/alpine', undefined, 'docker.io/docker.io/library/alpine'],
    ['alpine', 'quay.io', 'unknown'],
    ['alpine', 'some.example', 'docker.io/library/alpine'],
  ])('is, at the address of a mirror, for %s of %s %s', (name, registry, expected) => {
    expect(meant({ name, ns: registry, root: 'docker.io' })).toBe(expected);
  });

  it('does not exist at the address of a mirror that is no longer in the file', () => {
    expect(meant({ name: 'alpine', root: 'gone.example' })).toBe('unknown');
  });

  it('has one name: to ask for the result means the result', () => {
    fc.assert(
      fc.property(asked, (one) => {
        const found = names.meant(one);
        if (found.kind !== 'unknown') expect(names.meant({ name: found.name })).toEqual(found);
      }),
    );
  });

  it('is the same however often it is asked for, unless it is not allowed', () => {
    const named = fc.constantFrom('lab/Any', 'Team/app', `lab/${'a'.repeat(252)}`);
    fc.assert(
      fc.property(
        fc.oneof(
          asked,
          named.map((name) => ({ name })),
        ),
        (one) => {
          const found = names.meant(one);
          const isServed =
            found.kind === 'local' || (found.kind === 'mirrored' && isAllowed(found));
          const expected = found.kind !== 'unknown' && isServed ? found.name : undefined;
          expect([names.servable(one), names.servable(one)]).toEqual([expected, expected]);
        },
      ),
    );
  });

  it('is local only if neither the place, nor ns, nor the name says a mirror', () => {
    fc.assert(
      fc.property(asked, (one) => {
        const found = names.meant(one);
        const [first = ''] = one.name.split('/');
        if (found.kind !== 'local') return;
        expect(found.name).toBe(one.name);
        expect(one.root).toBeUndefined();
        expect(['docker.io', 'index.docker.io', 'quay.io', 'lab', 'evil.example']).not.toContain(
          one.ns?.toLowerCase(),
        );
        expect(one.name.includes('/') && names.mirror(first) !== undefined).toBe(false);
      }),
    );
  });

  it('is below the name of its mirror, whatever the client wrote', () => {
    fc.assert(
      fc.property(asked, (one) => {
        const found = names.meant(one);
        if (found.kind !== 'mirrored') return;
        expect(found.name).toBe(`${found.mirror.name}/${found.remote}`);
        expect(names.find(found.name)).toEqual({ mirror: found.mirror, remote: found.remote });
        if (found.mirror.library) expect(found.remote).toContain('/');
      }),
    );
  });
});

describe('the patterns of a mirror', () => {
  const allowed = (name: string): boolean => {
    const found = names.find(name);
    return found !== undefined && isAllowed(found);
  };

  it('allow everything if there are no patterns', () => {
    expect(allowed('lab/any/thing')).toBe(true);
  });

  it('allow what one of them matches, unless deny matches it, too', () => {
    expect(allowed('quay.io/org/app')).toBe(true);
    expect(allowed('quay.io/other/app')).toBe(false);
    expect(allowed('quay.io/org/secret')).toBe(false);
  });

  it('never allow a name that is not valid', () => {
    expect(allowed('lab/Any')).toBe(false);
  });
});
