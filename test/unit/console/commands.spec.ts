import { describe, expect, it } from '@jest/globals';

import { pullCommands, pushLines } from '../../../console/src/parts/commands.js';

const IMAGE = { repository: 'team/app', reference: '1.0' };
const LOCAL = { host: 'localhost:5000', isPlain: true, isLocal: true };
const PLAIN = { host: 'build:5000', isPlain: true, isLocal: false };
const SECURE = { host: 'example.com', isPlain: false, isLocal: false };

const textsFor = (address: typeof LOCAL): string[] =>
  pullCommands(address, IMAGE).map(({ text }) => text);

describe('commands to copy', () => {
  it('need no option over TLS', () => {
    expect(textsFor(SECURE)).toEqual([
      'docker pull example.com/team/app:1.0',
      'podman pull example.com/team/app:1.0',
      'nerdctl pull example.com/team/app:1.0',
      'crane pull example.com/team/app:1.0 app.tar',
      'skopeo copy docker://example.com/team/app:1.0 oci:app',
      'oras pull example.com/team/app:1.0',
      'image: example.com/team/app:1.0',
      'image: example.com/team/app:1.0',
    ]);
  });

  it('allow plain HTTP where a client asks for TLS', () => {
    expect(textsFor(PLAIN).slice(0, 6)).toEqual([
      'docker pull build:5000/team/app:1.0',
      'podman pull --tls-verify=false build:5000/team/app:1.0',
      'nerdctl --insecure-registry pull build:5000/team/app:1.0',
      'crane pull --insecure build:5000/team/app:1.0 app.tar',
      'skopeo copy --src-tls-verify=false docker://build:5000/team/app:1.0 oci:app',
      'oras pull --plain-http build:5000/team/app:1.0',
    ]);
  });

  it('allow plain HTTP of this machine to podman and skopeo only', () => {
    const withOptions = textsFor(LOCAL).filter((text) => text.includes(' --'));

    expect(withOptions.map((text) => text.split(' ')[0])).toEqual(['podman', 'skopeo']);
  });

  it('pull a digest by its name', () => {
    const [docker] = pullCommands(SECURE, { repository: 'a', reference: 'sha256:00' });

    expect(docker?.text).toBe('docker pull example.com/a@sha256:00');
  });

  it('push a first image, after a login where there are logins', () => {
    expect(pushLines('docker', SECURE, true)).toEqual([
      'docker pull alpine',
      'docker login example.com',
      'docker tag alpine example.com/hello:1.0',
      'docker push example.com/hello:1.0',
    ]);
    expect(pushLines('podman', PLAIN, true)).toEqual([
      'podman pull docker.io/library/alpine',
      'podman login --tls-verify=false build:5000',
      'podman tag alpine build:5000/hello:1.0',
      'podman push --tls-verify=false build:5000/hello:1.0',
    ]);
  });
});
