import { DockerDaemon } from '../docker-daemon.js';
import { archiveOf, TAG, type Client } from './client.js';

/** The registry is on 127.0.0.1, where docker uses TLS without verifying the certificate. */
export const DOCKER: Client = {
  name: 'docker',
  triesLogins: true,
  anonymousByBasic: false,
  start: async (bench, image) => {
    const ref = (name: string): string => `${bench.host}/${name}`;
    const daemon = await DockerDaemon.start(bench);
    await daemon.docker('load', '-q', '-i', await archiveOf(bench, image, 'docker'));
    return async (person) => {
      const config = await bench.emptyFolder('docker', person);
      const docker = (...args: string[]) => daemon.attempt('--config', config, ...args);
      const push = async (name: string) => {
        await daemon.docker('tag', `local/docker:${TAG}`, ref(name));
        return docker('push', ref(name));
      };
      return {
        logIn: (name, password) =>
          docker('login', '--username', name, '--password', password, bench.host),
        push,
        pull: (name) => docker('pull', ref(name)),
        copy: (_, to) => push(to),
      };
    };
  },
};
