declare const brand: unique symbol;

/** A media type without parameters, such as `application/vnd.oci.image.index.v1+json`. */
export type MediaType = string & { readonly [brand]: 'MediaType' };

// RFC 6838, section 4.2.
const RESTRICTED_NAME = '[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}';
const MEDIA_TYPE = new RegExp(`^${RESTRICTED_NAME}/${RESTRICTED_NAME}$`);

/** Reads `text` as a media type and drops its parameters. Returns `undefined` if it is invalid. */
export function tryParseMediaType(text: string): MediaType | undefined {
  const essence = text.split(';', 1)[0]?.trim() ?? '';
  return MEDIA_TYPE.test(essence) ? (essence as MediaType) : undefined;
}

export const OCI_IMAGE = 'application/vnd.oci.image.manifest.v1+json' as MediaType;
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json' as MediaType;
export const DOCKER_IMAGE = 'application/vnd.docker.distribution.manifest.v2+json' as MediaType;
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json' as MediaType;

const NON_DISTRIBUTABLE = [
  'application/vnd.oci.image.layer.nondistributable.',
  'application/vnd.docker.image.rootfs.foreign.',
];

/** Returns whether layers of this type stay with their publisher and are not pushed to a registry. */
export function isNonDistributable(mediaType: string): boolean {
  return NON_DISTRIBUTABLE.some((prefix) => mediaType.startsWith(prefix));
}
