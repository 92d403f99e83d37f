import { type Descriptor } from '../../domain/descriptor.js';
import { type Manifest } from '../../domain/manifest.js';

/** What a manifest is for, as far as its types say. `artifact` is any other content. */
export type Purpose =
  | 'image'
  | 'index'
  | 'signature'
  | 'attestation'
  | 'sbom'
  | 'helm-chart'
  | 'build-cache'
  | 'artifact';

const IMAGE_CONFIGS = [
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
];

/** The types of content that say what a manifest is for: of the artifact, its config or all its layers. The first match counts. */
const PURPOSES: readonly (readonly [RegExp, Purpose])[] = [
  [/^application\/vnd\.buildkit\.cacheconfig\./, 'build-cache'],
  [/^application\/vnd\.cncf\.helm\./, 'helm-chart'],
  [/^application\/vnd\.dev\.cosign\.(?:simplesigning|artifact\.sig)\./, 'signature'],
  [/^application\/vnd\.dev\.sigstore\.bundle/, 'signature'],
  [/^application\/vnd\.cncf\.notary\.signature/, 'signature'],
  [/^application\/vnd\.in-toto\+/, 'attestation'],
  [/^application\/vnd\.dsse\.envelope\./, 'attestation'],
  [/^(?:application|text)\/(?:vnd\.)?(?:spdx|cyclonedx|syft)/, 'sbom'],
];

/** The annotation by which BuildKit marks the attestations among the images of an index. */
const REFERENCE_TYPE = 'vnd.docker.reference.type';
const REFERENCE_DIGEST = 'vnd.docker.reference.digest';

/** Returns what a manifest is for. */
export function purposeOf(manifest: Manifest): Purpose {
  const { kind, artifactType, config, layers, manifests } = manifest;
  if (kind === 'index') return purposeOfIndex(artifactType, manifests);
  const types = [artifactType, config?.mediaType, commonTypeOf(layers)];
  for (const type of types) {
    const known = type === undefined ? undefined : purposeOfType(type);
    if (known !== undefined) return known;
  }
  const isImage = config !== undefined && IMAGE_CONFIGS.includes(config.mediaType);
  return isImage && !artifactType ? 'image' : 'artifact';
}

/** Returns what content is for that is known by a descriptor only: a referrer, or an entry of an index. */
export function purposeOfDescriptor({
  artifactType,
  annotations,
}: Pick<Descriptor, 'artifactType' | 'annotations'>): Purpose | undefined {
  if (annotations?.[REFERENCE_TYPE] === 'attestation-manifest') return 'attestation';
  if (artifactType === undefined || IMAGE_CONFIGS.includes(artifactType)) return undefined;
  return purposeOfType(artifactType) ?? 'artifact';
}

/** Returns the digest of the image that an attestation of BuildKit describes, as text. */
export function describedBy({ annotations }: Pick<Descriptor, 'annotations'>): string | undefined {
  return annotations?.[REFERENCE_DIGEST];
}

function purposeOfIndex(artifactType: string | undefined, entries: readonly Descriptor[]): Purpose {
  if (entries.some(({ mediaType }) => purposeOfType(mediaType) === 'build-cache')) {
    return 'build-cache';
  }
  return artifactType ? (purposeOfType(artifactType) ?? 'artifact') : 'index';
}

function purposeOfType(type: string): Purpose | undefined {
  return PURPOSES.find(([pattern]) => pattern.test(type))?.[1];
}

function commonTypeOf([first, ...others]: readonly Descriptor[]): string | undefined {
  const isCommon = others.every(({ mediaType }) => mediaType === first?.mediaType);
  return isCommon ? first?.mediaType : undefined;
}
