import { describe, expect, it } from '@jest/globals';

import {
  DOCKER_IMAGE,
  DOCKER_LIST,
  isNonDistributable,
  OCI_IMAGE,
  OCI_INDEX,
  tryParseMediaType,
} from '../../../src/domain/media-type.js';

const LONGEST = 'a'.repeat(127);

describe('tryParseMediaType', () => {
  it.each([
    OCI_IMAGE,
    OCI_INDEX,
    DOCKER_IMAGE,
    DOCKER_LIST,
    'a/b',
    'Application/JSON',
    'application/vnd.x!#$&^_.+-y',
    `${LONGEST}/${LONGEST}`,
  ])('reads %s unchanged', (text) => {
    expect(tryParseMediaType(text)).toBe(text);
  });

  it.each([
    ['application/json; charset=utf-8', 'application/json'],
    ['application/json;q=0.5;x="y"', 'application/json'],
    ['  application/json  ', 'application/json'],
    ['application/json;', 'application/json'],
  ])('drops parameters and surrounding blanks: %j', (text, expected) => {
    expect(tryParseMediaType(text)).toBe(expected);
  });

  it.each([
    '',
    ';',
    '/',
    'application',
    'application/',
    '/json',
    'a/b/c',
    'a b/c',
    'a/b c',
    'a/b,c/d',
    '*/*',
    'application/*',
    '.a/b',
    '-a/b',
    'a/é',
    'a/b\nX-Header: c',
    'a/b\u0000',
    `${LONGEST}a/b`,
    `a/${LONGEST}a`,
    'a'.repeat(10_000_000),
  ])('returns undefined for %.40j', (text) => {
    expect(tryParseMediaType(text)).toBeUndefined();
  });
});

describe('isNonDistributable', () => {
  it.each([
    'application/vnd.oci.image.layer.nondistributable.v1.tar',
    'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
    'application/vnd.oci.image.layer.nondistributable.v1.tar+zstd',
    'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  ])('is true for %s', (text) => {
    expect(isNonDistributable(text)).toBe(true);
  });

  it.each([
    'application/vnd.oci.image.layer.v1.tar+gzip',
    'application/vnd.docker.image.rootfs.diff.tar.gzip',
    'application/vnd.oci.image.config.v1+json',
    'x/application/vnd.oci.image.layer.nondistributable.v1.tar',
    '',
  ])('is false for "%s"', (text) => {
    expect(isNonDistributable(text)).toBe(false);
  });
});
