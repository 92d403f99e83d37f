import { ManifestRefused, type ManifestHook } from 'berth-registry';

/** Requires a version, because a tag that moves does not identify what runs. */
export const noLatest: ManifestHook = ({ tags }) => {
  if (tags.includes('latest')) throw new ManifestRefused('push a version, not latest');
};

/** Requires an owner: by a label of the image, or an annotation of the manifest. */
export const owned: ManifestHook = async ({ manifest, labels }) => {
  const said = { ...manifest.annotations, ...(await labels()) };
  if (said['org.example.owner'] === undefined) {
    throw new ManifestRefused('the label org.example.owner is missing');
  }
};

/** Requires a signature before a tag. Push the image by digest, sign it, then set the tag. Signatures have no tags. */
export const signedOnly: ManifestHook = async ({ tags, referrers }) => {
  if (tags.length === 0) return;
  for await (const { artifactType } of referrers()) {
    if (artifactType === 'application/vnd.example.signature') return;
  }
  throw new ManifestRefused('sign the image before you tag it');
};
