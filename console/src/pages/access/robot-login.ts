import { type ClientAddress } from '../../api/place.js';

/** How a program uses a new robot, each as a text to copy. */
export interface RobotLogin {
  readonly docker: string;
  readonly kubernetes: string;
}

/** Any name is right beside the token of a robot. */
const LOGIN = 'robot';

/** Returns how docker and Kubernetes log in with the token of a robot. */
export function robotLogin(address: ClientAddress, name: string, token: string): RobotLogin {
  const auth = { username: LOGIN, password: token, auth: btoa(`${LOGIN}:${token}`) };
  const config = JSON.stringify({ auths: { [address.host]: auth } });
  return {
    docker: `echo '${token}' | docker login ${address.host} --username ${LOGIN} --password-stdin`,
    kubernetes: [
      'apiVersion: v1',
      'kind: Secret',
      'metadata:',
      `  name: ${secretName(name)}`,
      'type: kubernetes.io/dockerconfigjson',
      'stringData:',
      `  .dockerconfigjson: '${config}'`,
    ].join('\n'),
  };
}

/** Returns a name that Kubernetes allows for a secret. */
export function secretName(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'berth-robot' : `berth-${plain.slice(0, 50).replace(/-+$/, '')}`;
}
