import { describe, expect, it } from '@jest/globals';

import { greeting, urlOf } from '../../../src/cli/greeting.js';
import { formatBytes } from '../../../src/log/format-bytes.js';
import { explainStart } from '../../../src/cli/plain-failure.js';
import { loadSettings } from '../../../src/config/settings.js';

const EMPTY = {
  version: '1.0',
  url: urlOf('127.0.0.1', 5_000),
  hasConsole: false,
  data: '/data',
  logins: 'none',
  loginRequired: false,
  repositories: [],
};

describe('the greeting at the start', () => {
  it('shows a first push to an empty registry', () => {
    expect(greeting(EMPTY)).toMatch(/Logins: none\nPush a first image .*:\n {2}docker tag alpine/);
  });

  it('shows the address of the console if there is one', () => {
    expect(greeting({ ...EMPTY, hasConsole: true }).split('\n')[1]).toBe(
      'Console: http://127.0.0.1:5000/console/',
    );
  });

  it('shows the login before the push where one is required', () => {
    expect(greeting({ ...EMPTY, loginRequired: true })).toMatch(
      /:\n {2}docker login 127\.0\.0\.1:5000\n {2}docker tag alpine 127/,
    );
  });

  it('says what a registry has that is not empty', () => {
    const repositories = ['a', 'b', 'c', 'd', 'e', 'f'];

    expect(greeting({ ...EMPTY, repositories: ['a', 'b'] })).toMatch(/\nRepositories: a, b\n$/);
    expect(greeting({ ...EMPTY, repositories })).toMatch(
      /\nRepositories: a, b, c, d, e, and more\n$/,
    );
  });

  it.each([
    ['127.0.0.1', 5_000, 'http://127.0.0.1:5000'],
    ['0.0.0.0', 5_000, 'http://localhost:5000'],
    ['::', 5_001, 'http://localhost:5001'],
    ['::1', 5_001, 'http://[::1]:5001'],
  ])('shows a URL that works for the host %s', (host, port, expected) => {
    expect(urlOf(host, port).origin).toBe(expected);
    expect(greeting({ ...EMPTY, url: urlOf(host, port) }).split('\n')[0]).toBe(
      `Berth 1.0 serves ${expected}`,
    );
  });

  it('shows https with a certificate', () => {
    expect(greeting({ ...EMPTY, url: urlOf('::', 443, 'https') }).split('\n')[0]).toBe(
      'Berth 1.0 serves https://localhost',
    );
  });

  it.each([
    [
      { syscall: 'listen', code: 'EADDRINUSE' },
      /^Port 5001 of 127\.0\.0\.1 is taken .*REGISTRY_PORT=5002/,
    ],
    [{ syscall: 'listen', code: 'EACCES' }, /^This user may not listen on port 5001/],
    [{ syscall: 'listen', code: 'EADDRNOTAVAIL' }, /not an address of this machine$/],
    [{ syscall: 'getaddrinfo', code: 'ENOTFOUND' }, /not an address of this machine$/],
    [{ name: 'UnusableSeed' }, /^REGISTRY_SEED_PATH: x$/],
  ])('explains the start error %j', (properties, expected) => {
    const { server } = loadSettings({ REGISTRY_PORT: '5001' });
    expect(explainStart(Object.assign(new Error('x'), properties), server)).toMatchObject({
      name: 'PlainFailure',
      message: expect.stringMatching(expected),
    });
  });

  it('does not change other start errors', () => {
    const { server } = loadSettings({});
    for (const error of [
      new Error('x'),
      Object.assign(new Error('x'), { syscall: 'listen', code: 'EWHAT' }),
      'text',
    ]) {
      expect(explainStart(error, server)).toBe(error);
    }
  });

  it('writes bytes in units', () => {
    expect([0, 1_023, 1_024, 1_572_864, 5 * 1024 ** 3].map(formatBytes)).toEqual([
      '0 B',
      '1023 B',
      '1.0 KiB',
      '1.5 MiB',
      '5.0 GiB',
    ]);
  });
});
