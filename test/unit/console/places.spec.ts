import { describe, expect, it } from '@jest/globals';

import { clientAddress, consolePath, registryUrl } from '../../../console/src/api/place.js';
import { imagePlace, parseImage, repositoryPlace } from '../../../console/src/parts/places.js';

describe('the place of the console', () => {
  it.each([
    ['http://localhost:5000/console/', '/console', 'http://localhost:5000'],
    ['https://example.com/a/b/console/', '/a/b/console', 'https://example.com/a/b'],
  ])('of %s is %s, with the registry at %s', (base, path, registry) => {
    expect(consolePath(base)).toBe(path);
    expect(registryUrl(base)).toBe(registry);
  });

  it.each([
    ['http://localhost:5000/console/', 'localhost:5000', true, true],
    ['http://127.0.0.1:5000/console/', '127.0.0.1:5000', true, true],
    ['http://[::1]:5000/console/', '[::1]:5000', true, true],
    ['http://build.example.com/console/', 'build.example.com', true, false],
    ['https://example.com/a/console/', 'example.com', false, false],
  ])('%s is reached by image clients at %s', (base, host, isPlain, isLocal) => {
    expect(clientAddress(base)).toEqual({ host, isPlain, isLocal });
  });
});

describe('the places of pages', () => {
  const digest = `sha256:${'0'.repeat(64)}`;

  it('name repositories and images as clients do', () => {
    expect(repositoryPlace('team/app')).toBe('/repositories/team/app');
    expect(repositoryPlace('team/app', 'history')).toBe('/repositories/team/app?tab=history');
    expect(imagePlace({ repository: 'team/app', reference: '1.0' })).toBe('/images/team/app:1.0');
    expect(imagePlace({ repository: 'a', reference: digest })).toBe(`/images/a@${digest}`);
  });

  it.each([
    ['team/app:1.0', { repository: 'team/app', reference: '1.0' }],
    [`a@${digest}`, { repository: 'a', reference: digest }],
    ['team/app', undefined],
    ['team/app:', undefined],
    [':1.0', undefined],
    ['a:b:c', undefined],
    ['a@latest', undefined],
  ])('are read: %s', (text, image) => {
    expect(parseImage(text)).toEqual(image);
  });
});
