import { describe, expect, it } from '@jest/globals';

import { commandsFor } from '../../../console/src/pages/image/image-commands.js';
import {
  commandText,
  layerFormat,
  readableJson,
  variableOf,
  webUrl,
} from '../../../console/src/pages/image/image-texts.js';

describe('the format of a layer', () => {
  const TAR = 'application/vnd.oci.image.layer.v1.tar';
  const STARGZ = { 'containerd.io/snapshot/stargz/toc.digest': 'sha256:00' };
  const CHUNKED = { 'io.github.containers.zstd-chunked.manifest-checksum': 'sha256:00' };

  it.each([
    [TAR, undefined, 'tar'],
    [`${TAR}+gzip`, undefined, 'gzip'],
    [`${TAR}+zstd`, undefined, 'zstd'],
    [`${TAR}+gzip`, STARGZ, 'eStargz'],
    [`${TAR}+zstd`, CHUNKED, 'zstd:chunked'],
    ['application/vnd.docker.image.rootfs.diff.tar.gzip', undefined, 'gzip'],
    ['application/octet-stream', undefined, ''],
  ])('of %s with %j is %s', (mediaType, annotations, format) => {
    expect(layerFormat(mediaType, annotations)).toBe(format);
  });
});

describe('the command of a step', () => {
  it.each([
    ['/bin/sh -c #(nop)  CMD ["bash"]', 'CMD ["bash"]'],
    ['/bin/sh -c apt-get update', 'RUN apt-get update'],
    ['RUN /bin/sh -c make # buildkit', 'RUN make'],
    ['RUN |1 VERSION=2 /bin/sh -c make # buildkit', 'RUN make'],
    ['COPY . /app # buildkit', 'COPY . /app'],
    ['bazel build ...', 'bazel build ...'],
  ])('%s is shown as %s', (command, shown) => {
    expect(commandText(command)).toBe(shown);
  });
});

describe('a variable of the environment', () => {
  it.each([
    'DB_PASSWORD=x',
    'github_token=x',
    'AWS_SECRET_ACCESS_KEY=x',
    'API_KEY=x',
    'PASSPHRASE=x',
    'X=ghp_0123456789abcdefghijklmn',
    'KEY=-----BEGIN RSA PRIVATE KEY-----',
    'A=AKIA0123456789ABCDEF',
  ])('%s looks like a secret', (text) => {
    expect(variableOf(text).isSecret).toBe(true);
  });

  it.each([
    'PATH=/usr/bin',
    'PASSWORD=',
    'TOKEN_FILE=/run/secrets/token',
    'TOKEN_URL=https://example.com',
    'PASSENGER_COUNT=3',
    'COMPASS=north',
    'NOTHING',
  ])('%s does not look like a secret', (text) => {
    expect(variableOf(text).isSecret).toBe(false);
  });

  it('has a value that may contain the sign of equality', () => {
    expect(variableOf('A=b=c')).toEqual({ name: 'A', value: 'b=c', isSecret: false });
  });
});

describe('a label', () => {
  it.each(['https://example.com/a?b=c', 'HTTP://example.com'])('is a link: %s', (text) => {
    expect(webUrl(text)).toBe(new URL(text).href);
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,<script>',
    ' https://example.com',
    'ftp://example.com',
    '//example.com',
    'https://',
    'see https://example.com',
  ])('is no link: %s', (text) => {
    expect(webUrl(text)).toBeUndefined();
  });
});

describe('raw text', () => {
  it('is indented if it is JSON', () => {
    expect(readableJson('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
    expect(readableJson('{"a":')).toBe('{"a":');
  });
});

describe('the commands of an image', () => {
  const ADDRESS = { host: 'r.example.com', isPlain: true, isLocal: false };
  const clients = (purpose: string): string[] =>
    commandsFor(purpose, ADDRESS, { repository: 'team/app', reference: '1.0' }).map(
      ({ client }) => client,
    );

  it('are those of clients that can run it', () => {
    expect(clients('image')).toContain('Kubernetes');
    expect(clients('index')).toEqual(clients('image'));
    expect(clients('sbom')).toEqual(['oras', 'crane', 'skopeo']);
    expect(clients('helm-chart')[0]).toBe('helm');
  });

  it('name a chart by its version or by its digest', () => {
    const helm = (reference: string): string | undefined =>
      commandsFor('helm-chart', ADDRESS, { repository: 'charts/app', reference })[0]?.text;

    expect(helm('1.0.0_build.2')).toBe(
      'helm pull oci://r.example.com/charts/app --version 1.0.0+build.2 --plain-http',
    );
    expect(helm('sha256:00')).toBe(
      'helm pull oci://r.example.com/charts/app@sha256:00 --plain-http',
    );
  });
});
