import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { PlainFailure } from '../../../../src/cli/plain-failure.js';
import { MirrorsFile } from '../../../support/mirrors.js';
import { berth } from '../captured.js';

const FILE = `
mirrors:
  - { name: docker.io, url: 'https://registry-1.docker.io', also: [index.docker.io] }
  - { name: lab, url: 'https://registry.lab.example:5443', offline: true }
`;

let file: MirrorsFile;
beforeEach(async () => {
  file = await MirrorsFile.write(FILE);
});
afterEach(() => file.remove());

const run = (line: string, environment: Readonly<Record<string, string>> = {}) =>
  berth(line.split(' '), { environment: { ...file.environment, ...environment } });
/** Runs a command line that fails, and resolves to the message. */
const failureOf = async (line: string, environment: Readonly<Record<string, string>> = {}) => {
  const failed = await run(line, environment).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failed instanceof PlainFailure)) throw new Error(`no plain failure: ${String(failed)}`);
  return failed.message;
};
const path = (): string => file.environment.REGISTRY_MIRRORS_FILE;

describe('berth mirror check', () => {
  it('shows each mirror of a file that is in order', async () => {
    await writeFile(join(file.directory, 'hub.token'), 'secret');
    await file.change(`
mirrors:
  - name: docker.io
    url: https://registry-1.docker.io
    login: { user: acme, passwordFile: hub.token }
    content: public
  - { name: quay.io, url: 'https://quay.io', offline: true }
  - { name: ecr, url: 'https://1.ecr.example', login: { command: [helper, get] }, content: public }
listen: { '127.0.0.1:5001': docker.io }
`);
    const { output, yes } = await run('mirror check');

    expect(yes).toBe(true);
    expect(output).toBe(
      [
        'docker.io is https://registry-1.docker.io: login acme, public content',
        'quay.io is https://quay.io: offline, public content',
        'ecr is https://1.ecr.example: login by a command, public content',
        'docker.io is served at 127.0.0.1:5001, too',
        `${path()} is in order (mirrors: 3)\n`,
      ].join('\n'),
    );
  });

  it('reports every mistake with its line, also in a file that is not in use', async () => {
    const other = join(file.directory, 'other.yaml');
    await writeFile(other, 'mirrors:\n  - { name: A, url: b }\n');
    const errors = await failureOf(`mirror check --file ${other}`);

    expect(errors).toContain(`${other}:2:13: "A" cannot be the name of a mirror`);
    expect(errors).toContain(`${other}:2:21: url must begin with https:// or http:// and a host`);
  });

  it('reports private content that would be public', async () => {
    await file.change("mirrors: [{ name: ghcr.io, url: 'https://ghcr.io', content: private }]");
    const access = join(file.directory, 'access.yaml');
    const users = join(file.directory, 'users');
    const logins = { REGISTRY_USERS_FILE: users, REGISTRY_ACCESS_FILE: access };
    await writeFile(users, '');
    await writeFile(access, "rules: [{ repositories: ['**'], who: [anonymous], can: [pull] }]");

    expect(await failureOf('mirror check')).toContain('because there are no logins');
    expect(await failureOf('mirror check', logins)).toContain(
      'the rule at line 1 of access.yaml lets anonymous pull from ghcr.io/',
    );
    await writeFile(access, "rules: [{ repositories: ['**'], who: [alice], can: [pull] }]");
    expect((await run('mirror check', logins)).output).toContain('is in order (mirrors: 1)');
  });

  it('says which setting is missing', async () => {
    expect(await failureOf('mirror check', { REGISTRY_MIRRORS_FILE: '' })).toBe(
      'there is no mirrors file: set REGISTRY_MIRRORS_FILE, or use --file PATH',
    );
  });
});

describe('berth mirror setup', () => {
  const PUBLIC = { REGISTRY_PUBLIC_URL: 'https://registry.example.com' };

  it('prints the file of docker with the address of its mirror', async () => {
    await file.change(`${FILE}listen: { '127.0.0.1:5001': docker.io }`);
    const { output, errors } = await run('mirror setup docker');

    expect(JSON.parse(output)).toEqual({ 'registry-mirrors': ['http://127.0.0.1:5001'] });
    expect(errors).toContain('/etc/docker/daemon.json');
    expect(errors).toContain('127.0.0.1:5001 is an address of the machine of the registry');
  });

  it('prints the path of the mirror for docker if the mirror has no address', async () => {
    const { output, errors } = await run('mirror setup docker', PUBLIC);

    expect(JSON.parse(output)).toEqual({
      'registry-mirrors': ['https://registry.example.com/docker.io'],
    });
    expect(errors).toContain("add to the mirrors file: listen: { '127.0.0.1:5001': docker.io }");
  });

  it('lets docker use HTTP to another machine', async () => {
    const { output } = await run('mirror setup docker --url http://berth.lan:5000');

    expect(JSON.parse(output)).toEqual({
      'registry-mirrors': ['http://berth.lan:5000/docker.io'],
      'insecure-registries': ['berth.lan:5000'],
    });
  });

  it('has no file of docker without a mirror of docker.io', async () => {
    await file.change("mirrors: [{ name: quay.io, url: 'https://quay.io' }]");
    const errors = await failureOf('mirror setup docker', PUBLIC);
    expect(errors).toContain('no mirror has the name docker.io');
    expect(errors).toContain('registry.example.com/quay.io/org/app');
  });

  it('prints a file of containerd for each mirror, in its place', async () => {
    const { output } = await run('mirror setup containerd', PUBLIC);

    expect(output).toBe(`# /etc/containerd/certs.d/docker.io/hosts.toml
server = "https://registry-1.docker.io"

[host."https://registry.example.com/v2/docker.io"]
  capabilities = ["pull", "resolve"]
  override_path = true

# /etc/containerd/certs.d/registry.lab.example:5443/hosts.toml
server = "https://registry.lab.example:5443"

[host."https://registry.example.com/v2/lab"]
  capabilities = ["pull", "resolve"]
  override_path = true
`);
  });

  it('prints the file of podman', async () => {
    const { output } = await run('mirror setup podman --url http://10.0.0.7:5000');

    expect(output).toBe(`[[registry]]
prefix = "docker.io"
location = "docker.io"

[[registry.mirror]]
location = "10.0.0.7:5000/docker.io"
insecure = true

[[registry]]
prefix = "registry.lab.example:5443"
location = "registry.lab.example:5443"

[[registry.mirror]]
location = "10.0.0.7:5000/lab"
insecure = true
`);
  });

  it('prints the file of BuildKit', async () => {
    const { output } = await run('mirror setup buildkit --url http://10.0.0.7:5000');

    expect(output).toBe(`[registry."docker.io"]
  mirrors = ["10.0.0.7:5000/docker.io"]

[registry."registry.lab.example:5443"]
  mirrors = ["10.0.0.7:5000/lab"]

[registry."10.0.0.7:5000"]
  http = true
`);
  });

  it('uses the address of the settings if nothing says how clients reach the registry', async () => {
    const { output } = await run('mirror setup podman', { REGISTRY_PORT: '5055' });
    expect(output).toContain('location = "127.0.0.1:5055/docker.io"\ninsecure = true');
  });

  it.each([
    ['mirror setup crane', "unknown client 'crane'; allowed: docker, containerd, podman, buildkit"],
    ['mirror setup', "missing required argument 'CLIENT'"],
    ['mirror setup podman --url ftp://a', 'ftp://a is not the URL of a registry'],
  ])('refuses "berth %s"', async (line, message) => {
    expect(await failureOf(line)).toContain(message);
  });
});
