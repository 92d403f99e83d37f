import { describe, expect, it } from '@jest/globals';

import { PlainFailure } from '../../../../src/cli/plain-failure.js';
import { locate, parseReference, parseRepository } from '../../../../src/cli/target/reference.js';
import { registryUrl } from '../../../../src/cli/target/registry-url.js';
import { choose } from '../../../../src/cli/target/target.js';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('a reference', () => {
  it.each([
    ['app', undefined, 'app'],
    ['team/app:1.0', undefined, 'team/app:1.0'],
    ['registry.example.com/team/app:1.0', 'registry.example.com', 'team/app:1.0'],
    ['localhost/app', 'localhost', 'app'],
    ['localhost:5000/team/app', 'localhost:5000', 'team/app'],
    ['[::1]:5000/app', '[::1]:5000', 'app'],
    ['localhost:5000/', 'localhost:5000', ''],
    ['https://a.test:1/b/c', 'https://a.test:1', 'b/c'],
    ['http://localhost', 'http://localhost', ''],
    ['app:1.0', undefined, 'app:1.0'],
    [`app@${DIGEST}`, undefined, `app@${DIGEST}`],
  ])('%s has its host as docker reads it', (text, host, path) => {
    expect(locate(text)).toEqual({ ...(host !== undefined && { host }), path });
  });

  it.each([
    ['team/app', {}],
    ['team/app:1.0', { tag: '1.0' }],
    [`team/app@${DIGEST}`, { digest: DIGEST }],
    [`team/app:1.0@${DIGEST}`, { digest: DIGEST }],
    ['team/app@6035c516e844', { digest: 'sha256:6035c516e844' }],
    ['team/app@sha512:6035c516e844', { digest: 'sha512:6035c516e844' }],
  ])('%s is read', (text, rest) => {
    expect(parseReference(text)).toEqual({ repository: 'team/app', ...rest });
  });

  it.each([
    ['Team', 'is not a valid repository name'],
    ['team/app:', 'is not a valid tag'],
    ['team/app:-x', 'is not a valid tag'],
    ['team/app@latest', 'is not a sha256 or sha512 digest'],
    ['team/app@sha256:12', 'is not a sha256 or sha512 digest'],
  ])('%s is refused', (text, message) => {
    expect(() => parseReference(text)).toThrow(PlainFailure);
    expect(() => parseReference(text)).toThrow(message);
  });

  it('with a tag is no repository', () => {
    expect(() => parseRepository('a:1')).toThrow('a:1 has a tag or a digest');
  });
});

describe('the URL of a registry', () => {
  it.each([
    ['registry.example.com', 'https://registry.example.com/'],
    ['localhost:5000', 'http://localhost:5000/'],
    ['127.1.2.3', 'http://127.1.2.3/'],
    ['[::1]:5000', 'http://[::1]:5000/'],
    ['http://registry.example.com', 'http://registry.example.com/'],
    ['127.0.0.1.example.com', 'https://127.0.0.1.example.com/'],
  ])('of %s is %s', (text, url) => {
    expect(registryUrl(text).href).toBe(url);
  });

  it('is https on this machine, too, if a CA is named', () => {
    expect(registryUrl('localhost:5000', true).href).toBe('https://localhost:5000/');
  });

  it.each(['ftp://a', 'http://', 'https://me:secret@a.test'])('cannot be %s', (text) => {
    expect(() => registryUrl(text)).toThrow('is not the URL of a registry');
  });
});

describe('the place of a command', () => {
  const OPTIONS = {
    registry: undefined,
    storage: false,
    username: undefined,
    'ca-file': undefined,
  };
  const placeOf = (word: string, options: object = {}, usual = '') => {
    const environment = () => ({ BERTH_REGISTRY: usual });
    const { place, paths, again } = choose({ environment }, { ...OPTIONS, ...options }, [word]);
    const where = place === 'storage' ? place : place.url.host;
    return [where, ...paths, again('tag', 'team/app@1', 'x')];
  };

  it('is the storage of the settings unless something names a registry', () => {
    expect(placeOf('team/app')).toEqual(['storage', 'team/app', 'berth tag team/app@1 x']);
  });

  it('is the host of the reference, also if BERTH_REGISTRY names another one', () => {
    const tag = 'berth tag localhost:5000/team/app@1 x';
    expect(placeOf('localhost:5000/team/app')).toEqual(['localhost:5000', 'team/app', tag]);
    expect(placeOf('localhost:5000/team/app', {}, 'a.test')[0]).toBe('localhost:5000');
    expect(placeOf('team/app', {}, 'a.test')).toEqual([
      'a.test',
      'team/app',
      'berth tag team/app@1 x',
    ]);
  });

  it('is what --registry says, where names may look like hosts', () => {
    const registry = 'http://a.test';
    const tag = `berth tag team/app@1 x --registry ${registry}`;
    expect(placeOf('my.team/app', { registry })).toEqual(['a.test', 'my.team/app', tag]);
    expect(placeOf('a.test/team/app', { registry })).toEqual(['a.test', 'team/app', tag]);
  });

  it('is the storage with --storage, where names may look like hosts', () => {
    const tag = 'berth tag team/app@1 x --storage';
    const all = placeOf('my.team/app', { storage: true }, 'a.test');
    expect(all).toEqual(['storage', 'my.team/app', tag]);
  });
});
