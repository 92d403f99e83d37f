import { OCI_IMAGE, OCI_INDEX } from '../../../../../src/domain/media-type.js';
import {
  buildManifest,
  CONFIG_TYPE,
  describeBytes,
  LAYER_TYPE,
  type BuiltManifest,
  type DescriptorJson,
} from '../../../../../src/storage/contract/fixtures.js';

/** A manifest with all content that it requires. The same name gives the same bytes in every run. */
export interface Content extends BuiltManifest {
  readonly name: string;
  readonly blobs: readonly Buffer[];
  readonly children: readonly Content[];
}

/** Builds an image with a config and one layer. With `single`, it has only the config, which makes schedules shorter. */
export function image(name: string, { single = false } = {}): Content {
  const config = Buffer.from(`config of ${name}`);
  const layer = Buffer.from(`layer of ${name}`);
  const manifest = buildManifest({
    schemaVersion: 2,
    mediaType: OCI_IMAGE,
    config: describeBytes(config, CONFIG_TYPE),
    layers: single ? [] : [describeBytes(layer, LAYER_TYPE)],
  });
  return { ...manifest, name, blobs: single ? [config] : [config, layer], children: [] };
}

export function index(name: string, children: readonly Content[]): Content {
  const manifest = buildManifest({
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: children.map(({ descriptor }) => descriptor),
    annotations: { name },
  });
  return { ...manifest, name, blobs: [], children };
}

export function artifact(name: string, subject: DescriptorJson): Content {
  const config = Buffer.from(`config of ${name}`);
  const manifest = buildManifest({
    schemaVersion: 2,
    mediaType: OCI_IMAGE,
    artifactType: 'application/vnd.example.signature',
    config: describeBytes(config, CONFIG_TYPE),
    layers: [],
    subject,
  });
  return { ...manifest, name, blobs: [config], children: [] };
}
