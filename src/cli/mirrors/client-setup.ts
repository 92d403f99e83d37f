import { type MirrorPlan, type MirrorsPlan } from '../../mirror/plan/mirrors-plan.js';
import { PlainFailure } from '../plain-failure.js';
import { isLoopback, registryUrl } from '../target/registry-url.js';

/** The programs whose files can be printed. */
export type MirrorClient = 'docker' | 'containerd' | 'podman' | 'buildkit';

/** A file of a client, and what a person does with it. */
export interface ClientSetup {
  readonly text: string;
  readonly advice: readonly string[];
}

/** The registry that docker asks its mirrors for, and no other. */
const DOCKER_HUB = 'docker.io';

/**
 * Returns the file by which a client pulls through the mirrors.
 *
 * @param url the URL by which the client reaches this registry
 * @throws PlainFailure if no mirror is one that the client can use
 */
export function clientSetup(client: MirrorClient, plan: MirrorsPlan, url: string): ClientSetup {
  if (plan.mirrors.length === 0) throw new PlainFailure('the mirrors file has no mirrors');
  const registry = registryUrl(url);
  switch (client) {
    case 'docker':
      return forDocker(plan, registry);
    case 'containerd':
      return forContainerd(plan, registry);
    case 'podman':
      return forPodman(plan, registry);
    case 'buildkit':
      return forBuildkit(plan, registry);
  }
}

function forDocker(plan: MirrorsPlan, registry: URL): ClientSetup {
  const hub = plan.mirrors.find(({ name, also }) => [name, ...also].includes(DOCKER_HUB));
  if (hub === undefined) {
    throw new PlainFailure(
      `no mirror has the name ${DOCKER_HUB}, and docker uses mirrors for no other registry; name images such as ${registry.host}/quay.io/org/app`,
    );
  }
  const [address] = [...plan.listen].find(([, mirror]) => mirror === hub.name) ?? [];
  const scheme = registry.protocol;
  const mirror = address === undefined ? urlOf(registry, `/${hub.name}`) : `${scheme}//${address}`;
  const plain = needsConsent(new URL(mirror))
    ? { 'insecure-registries': [new URL(mirror).host] }
    : {};
  return {
    text: JSON.stringify({ 'registry-mirrors': [mirror], ...plain }, undefined, 2),
    advice: [
      'Put this into /etc/docker/daemon.json and restart docker.',
      address === undefined
        ? `Engines without the containerd image store take no path. For them, add to the mirrors file: listen: { '127.0.0.1:5001': ${hub.name} }`
        : `${address} is an address of the machine of the registry; on other machines write a name by which they reach it.`,
      'docker sends no login to a mirror, so anonymous must be able to pull from it.',
    ],
  };
}

/** The path form: containerd sends the name of the mirror in the path, and in ns as well. */
function forContainerd({ mirrors }: MirrorsPlan, registry: URL): ClientSetup {
  const files = mirrors.map((mirror) =>
    [
      `# /etc/containerd/certs.d/${hostOf(mirror)}/hosts.toml`,
      `server = "${mirror.url.origin}"`,
      '',
      `[host."${urlOf(registry, `/v2/${mirror.name}`)}"]`,
      '  capabilities = ["pull", "resolve"]',
      '  override_path = true',
    ].join('\n'),
  );
  return {
    text: files.join('\n\n'),
    advice: [
      'Each file has its path in its first line. containerd reads it at the next pull if config_path is /etc/containerd/certs.d.',
    ],
  };
}

function forPodman({ mirrors }: MirrorsPlan, registry: URL): ClientSetup {
  const insecure = registry.protocol === 'http:' ? ['insecure = true'] : [];
  const entries = mirrors.map((mirror) =>
    [
      '[[registry]]',
      `prefix = "${hostOf(mirror)}"`,
      `location = "${hostOf(mirror)}"`,
      '',
      '[[registry.mirror]]',
      `location = "${placeIn(registry)}/${mirror.name}"`,
      ...insecure,
    ].join('\n'),
  );
  return {
    text: entries.join('\n\n'),
    advice: [
      'Put this into /etc/containers/registries.conf.d/berth.conf. podman, buildah, skopeo and CRI-O read it at the next pull.',
    ],
  };
}

function forBuildkit({ mirrors }: MirrorsPlan, registry: URL): ClientSetup {
  const entries = mirrors.map((mirror) =>
    [`[registry."${hostOf(mirror)}"]`, `  mirrors = ["${placeIn(registry)}/${mirror.name}"]`].join(
      '\n',
    ),
  );
  const plain = `[registry."${registry.host}"]\n  http = true`;
  return {
    text: [...entries, ...(registry.protocol === 'http:' ? [plain] : [])].join('\n\n'),
    advice: [
      'Put this into /etc/buildkit/buildkitd.toml, or pass it to docker buildx create --buildkitd-config FILE.',
    ],
  };
}

/** Returns the host by which people name the images of a mirror's registry. */
function hostOf({ name, also, url }: MirrorPlan): string {
  return [name, ...also].find((host) => /[.:]/.test(host)) ?? url.host;
}

/** Returns the host of the registry and its path, without a slash at the end. */
function placeIn({ host, pathname }: URL): string {
  return host + pathname.replace(/\/$/, '');
}

function urlOf(registry: URL, path: string): string {
  return `${registry.protocol}//${placeIn(registry)}${path}`;
}

/** Whether docker must be allowed to use HTTP. On its own machine it does so by itself. */
function needsConsent({ protocol, host }: URL): boolean {
  return protocol === 'http:' && !isLoopback(host);
}
