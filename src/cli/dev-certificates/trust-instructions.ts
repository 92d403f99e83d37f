/**
 * Returns how to make clients trust the CA at `ca`. `place` is the registry in image names, such as
 * `localhost:5000`.
 */
export function trustInstructions(place: string, ca: string): string[] {
  return [
    'Each machine with clients must trust the CA. There, with ca.crt copied to it:',
    '',
    'docker (takes effect at once)',
    ...copyInto(`/etc/docker/certs.d/${place}`, ca, 'sudo '),
    '',
    'podman, skopeo, buildah (takes effect at once)',
    ...copyInto(`~/.config/containers/certs.d/${place}`, ca),
    '',
    'containerd, with config_path = "/etc/containerd/certs.d" in its config.toml (takes effect at once)',
    ...copyInto(`/etc/containerd/certs.d/${place}`, ca, 'sudo '),
    `and in /etc/containerd/certs.d/${place}/hosts.toml`,
    `  server = "https://${place}"`,
    `  [host."https://${place}"]`,
    `    ca = "/etc/containerd/certs.d/${place}/ca.crt"`,
    '',
    'BuildKit, in a buildkitd.toml: docker buildx create --use --buildkitd-config buildkitd.toml',
    `  [registry."${place}"]`,
    `    ca = ["${ca}"]`,
    '',
    'crane, oras, curl, Node',
    `  SSL_CERT_FILE=${ca} crane catalog ${place}`,
    `  oras repo ls --ca-file ${ca} ${place}`,
    `  curl --cacert ${ca} https://${place}/v2/`,
    `  NODE_EXTRA_CA_CERTS=${ca} node …`,
    '',
    'all programs of a machine: Debian, Ubuntu',
    `  sudo cp ${ca} /usr/local/share/ca-certificates/berth.crt && sudo update-ca-certificates`,
    'Fedora, RHEL',
    `  sudo cp ${ca} /etc/pki/ca-trust/source/anchors/berth.crt && sudo update-ca-trust`,
    'macOS',
    `  sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ${ca}`,
  ];
}

function copyInto(directory: string, ca: string, asRoot = ''): string[] {
  return [`  ${asRoot}mkdir -p ${directory}`, `  ${asRoot}cp ${ca} ${directory}/ca.crt`];
}
