import { TAG, type Client, type Deleter } from './client.js';

export const ORAS: Client<Deleter> = {
  name: 'oras',
  triesLogins: true,
  anonymousByBasic: true,
  start: async (bench, image) => {
    const ref = (name: string): string => `${bench.host}/${name}`;
    const pulled = await bench.emptyFolder('oras', 'pulled');
    return async (person) => {
      const config = bench.path(await bench.emptyFolder('oras', person), 'config.json');
      const oras = (...args: string[]) => bench.attempt('oras', args);
      const flags = ['--ca-file', bench.path('tls/ca.crt'), '--registry-config', config];
      const [from, to] = ['from', 'to'].map((end) => [
        ...[`--${end}-ca-file`, bench.path('tls/ca.crt'), `--${end}-registry-config`, config],
      ]) as [string[], string[]];
      return {
        logIn: (name, password) =>
          oras('login', ...flags, '--username', name, '--password', password, bench.host),
        push: (name) => oras('cp', ...to, '--from-oci-layout', `${image.folder}:${TAG}`, ref(name)),
        pull: (name) => oras('cp', ...from, '--to-oci-layout', ref(name), `${pulled}:${TAG}`),
        copy: (source, target) => oras('cp', ...from, ...to, ref(source), ref(target)),
        remove: (name) => oras('manifest', 'delete', ...flags, '--force', ref(name)),
      };
    };
  },
};
