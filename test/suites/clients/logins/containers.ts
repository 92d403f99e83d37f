import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from '../bench.js';
import { ContainerStorage } from '../container-storage.js';
import { archiveOf, TAG, type Client, type Deleter } from './client.js';

export const SKOPEO: Client<Deleter> = {
  name: 'skopeo',
  triesLogins: true,
  anonymousByBasic: true,
  start: async (bench, image) => {
    const ref = (name: string): string => `docker://${bench.host}/${name}`;
    const trust = await trustFolder(bench, 'skopeo');
    const skopeo = (...args: string[]) => bench.attempt('skopeo', args);
    return async (person) => {
      const login = ['--authfile', await loginFile(bench, 'skopeo', person)];
      const [from, to] = [`--src-cert-dir=${trust}`, `--dest-cert-dir=${trust}`];
      const copy = (...args: string[]) => skopeo('copy', ...login, ...args);
      return {
        logIn: (name, password) =>
          skopeo('login', ...login, `--cert-dir=${trust}`, '-u', name, '-p', password, bench.host),
        push: (name) => copy(to, `oci:${image.folder}:${TAG}`, ref(name)),
        pull: (name) => copy(from, ref(name), `oci:${bench.path('skopeo', 'pulled')}:${TAG}`),
        copy: (source, target) => copy(from, to, ref(source), ref(target)),
        remove: (name) => skopeo('delete', ...login, `--cert-dir=${trust}`, ref(name)),
      };
    };
  },
};

export const PODMAN = engine('podman', []);
/** Without the policy, buildah would use its local image and not ask the registry. */
export const BUILDAH = engine('buildah', ['--policy', 'always']);

function engine(program: 'podman' | 'buildah', pullFlags: readonly string[]): Client {
  return {
    name: program,
    triesLogins: true,
    anonymousByBasic: true,
    start: async (bench, image) => {
      const storage = await ContainerStorage.create(bench, `${program}-storage`);
      const archive = `docker-archive:${await archiveOf(bench, image, program)}`;
      const id = await storage.run(program, 'pull', '-q', archive);
      const trust = await trustFolder(bench, program);
      const ref = (name: string): string => `docker://${bench.host}/${name}`;
      return async (person) => {
        const file = await loginFile(bench, program, person);
        const run = (command: string, ...args: string[]) =>
          storage.attempt(program, command, '--authfile', file, '--cert-dir', trust, ...args);
        return {
          logIn: (name, password) => run('login', '-u', name, '-p', password, bench.host),
          push: (name) => run('push', id, ref(name)),
          pull: (name) => run('pull', ...pullFlags, ref(name)),
          copy: (_, target) => run('push', id, ref(target)),
        };
      };
    },
  };
}

/** A folder with only the CA, because a key without its certificate is an error. */
async function trustFolder(bench: Bench, program: string): Promise<string> {
  const folder = await bench.emptyFolder(program, 'trust');
  await copyFile(bench.path('tls/ca.crt'), join(folder, 'ca.crt'));
  return folder;
}

/** An empty login file, which podman and buildah require. */
async function loginFile(bench: Bench, program: string, person: string): Promise<string> {
  const file = join(await bench.emptyFolder(program, person), 'auth.json');
  await writeFile(file, '{}');
  return file;
}
