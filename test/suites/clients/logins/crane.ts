import { TAG, type Client, type Deleter } from './client.js';

export const CRANE: Client<Deleter> = {
  name: 'crane',
  triesLogins: false,
  anonymousByBasic: true,
  start: async (bench, image) => {
    const ref = (name: string): string => `${bench.host}/${name}`;
    return async (person) => {
      const folder = await bench.emptyFolder('crane', person);
      const environment = { DOCKER_CONFIG: folder, SSL_CERT_FILE: bench.path('tls/ca.crt') };
      const crane = (...args: string[]) => bench.attempt('crane', args, environment);
      return {
        logIn: (name, password) =>
          crane('auth', 'login', bench.host, '--username', name, '--password', password),
        push: (name) => crane('push', image.folder, ref(name)),
        pull: (name) => crane('pull', '--format=oci', ref(name), bench.path('crane', TAG)),
        copy: (from, to) => crane('copy', ref(from), ref(to)),
        remove: (name) => crane('delete', ref(name)),
      };
    };
  },
};
