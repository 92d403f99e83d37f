import { tryParseManifest, type Manifest } from './manifest.js';

/** The digests, as texts, that a manifest names as manifests: the entries of an index, and the subject. */
export interface Links {
  readonly entries: readonly string[];
  readonly subject?: string;
}

export const NO_LINKS: Links = { entries: [] };

/** Returns the links of a manifest. One that cannot be parsed was left incomplete by a crash, and has none. */
export function linksOf(bytes: Uint8Array): Links {
  const manifest = tryParseManifest(bytes);
  return manifest === undefined ? NO_LINKS : linksOfManifest(manifest);
}

/** Returns the links of a parsed manifest. */
export function linksOfManifest({
  manifests,
  subject,
}: Pick<Manifest, 'manifests' | 'subject'>): Links {
  const entries = manifests.map(({ digest }) => digest.toString());
  return subject === undefined ? { entries } : { entries, subject: subject.digest.toString() };
}
