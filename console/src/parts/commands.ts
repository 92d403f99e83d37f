import { type ClientAddress } from '../api/place.js';
import { imageText, type ImageName } from './places.js';

/** A line to copy, and the client that it is for. */
export interface Command {
  readonly client: string;
  readonly text: string;
}

/** Returns the name of an image with its host, as image clients take it. */
export function fullName({ host }: ClientAddress, image: ImageName): string {
  return `${host}/${imageText(image)}`;
}

/** Returns the name of a repository with its host. */
export function fullRepository({ host }: ClientAddress, repository: string): string {
  return `${host}/${repository}`;
}

/** Returns how each client pulls an image from the registry at this address, over plain HTTP, too. */
export function pullCommands(address: ClientAddress, image: ImageName): Command[] {
  const name = fullName(address, image);
  const file = image.repository.split('/').at(-1) ?? 'image';
  // Podman and skopeo ask for TLS also from this machine. The others know that it has none.
  const always = (option: string): string => (address.isPlain ? `${option} ` : '');
  const remote = (option: string): string => (address.isLocal ? '' : always(option));
  return [
    { client: 'docker', text: `docker pull ${name}` },
    { client: 'podman', text: `podman pull ${always('--tls-verify=false')}${name}` },
    { client: 'nerdctl', text: `nerdctl ${remote('--insecure-registry')}pull ${name}` },
    { client: 'crane', text: `crane pull ${remote('--insecure')}${name} ${file}.tar` },
    {
      client: 'skopeo',
      text: `skopeo copy ${always('--src-tls-verify=false')}docker://${name} oci:${file}`,
    },
    { client: 'oras', text: `oras pull ${remote('--plain-http')}${name}` },
    { client: 'Kubernetes', text: `image: ${name}` },
    { client: 'compose', text: `image: ${name}` },
  ];
}

/** Returns the lines by which docker or podman push a first image, with a login if the registry has logins. */
export function pushLines(
  client: 'docker' | 'podman',
  { host, isPlain }: ClientAddress,
  hasLogins: boolean,
): string[] {
  const option = client === 'podman' && isPlain ? '--tls-verify=false ' : '';
  const image = `${host}/hello:1.0`;
  return [
    `${client} pull ${client === 'podman' ? 'docker.io/library/' : ''}alpine`,
    ...(hasLogins ? [`${client} login ${option}${host}`] : []),
    `${client} tag alpine ${image}`,
    `${client} push ${option}${image}`,
  ];
}
