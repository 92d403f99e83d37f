import { join } from 'node:path';

import { type Digest, type DigestAlgorithm } from '../../domain/digest.js';
import { Memo } from '../../domain/memo.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type UploadId } from '../../domain/upload-session.js';
import { type EntryKey } from '../protocol/collect/garbage-store.js';
import { type SecretPurpose } from '../ports/secret-store.js';
import { encodeDigest, encodeRepository, encodeTag } from './names.js';

const SECRETS = {
  'signing-keys': { directory: 'keys', suffix: '' },
  robots: { directory: 'robots', suffix: '.json' },
  'robot-uses': { directory: 'robot-uses', suffix: '' },
  sessions: { directory: 'sessions', suffix: '.json' },
  mirrors: { directory: 'mirrors', suffix: '.json' },
} as const;

/** The directories of how many repositories are remembered. */
const MAX_DIRECTORIES = 1_000;

/**
 * The paths of a store, which no other file knows. A name that begins with '~' is a temporary file; in auth/, temporary names end
 * with '~' and no pass removes them.
 *
 * ```
 * ROOT/format                        the version of this layout
 *      turns/N                       the collector's lease: held until the time of the highest N (disk/lease.ts)
 *      leases/NAME/N                 other leases, in the same form
 *      auth/keys/NAME                secrets that sign tokens (secret-store.ts)
 *      auth/robots/NAME.json         robots (secret-store.ts)
 *      auth/robot-uses/NAME          when a robot was last used
 *      auth/sessions/END-HASH.json   logins of browsers, until END
 *      auth/mirrors/HASH.json        a name whose repositories are those of a mirror (mirror/names/claimed-names.ts)
 *      statistics/snapshot           the figures of all repositories, from the last collection (snapshot-file.ts)
 *      live/WRITER                   what one process says about the present moment, while somebody looks (live-notes.ts)
 *      live/wanted                   its time says when somebody last looked
 *      read-only                     exists while pushes and deletes are refused
 *      quarantine/ALG-HEX.NONCE      damaged files that `berth verify` moved aside
 *      events/PID-WRITER/N.jsonl     the events of one process from number N on (events/)
 *      events/cursors/NAME.json      how far a consumer has read them
 *      uploads/NAME/ID/STATE         the staged bytes of one session; the name is its state (upload-state.ts)
 *      blobs/ALG/HH/HEX              content, stored once; only a source of links
 *      repositories/NAME/            one directory per repository, '/' written as '+'
 *        blobs/ALG/HEX               the claim: a hard link to the content
 *        pending/NONCE               the bytes of a manifest that is being pushed: the intent
 *        manifests/ALG/HEX           the bytes of a manifest
 *        tags/TAG                    JSON: what the tag points to
 *        history/TAG                 JSON lines: earlier records of the tag, and its removals (tag-history.ts)
 *        usage/HOUR.NONCE.json       JSON: the pulls that one process counted in one hour (usage-records.ts)
 *        usage/total.json            JSON: the pulls of past hours
 *        usage/days.json             JSON: the pulls of past hours by day, for 30 days (usage-days.ts)
 *        referrers/ALG-HEX/ALG-HEX   JSON: the descriptor of a referrer, by subject
 *        trash/PASS/KIND/…           entries that one pass of a collector has set aside
 * ```
 */
export class Layout {
  // Paths are built by concatenation, because every request needs some and `join` would parse each again.
  readonly format: string;
  readonly readOnly: string;
  readonly live: string;
  readonly snapshot: string;
  readonly quarantine: string;
  /** The directory of the outbox, in which `events/event-segments.ts` knows the names. */
  readonly events: string;
  readonly uploads: string;
  readonly repositories: string;
  private readonly directories: Memo<RepositoryName, string>;

  constructor(readonly root: string) {
    this.format = join(root, 'format');
    this.readOnly = join(root, 'read-only');
    this.live = join(root, 'live');
    this.snapshot = join(root, 'statistics', 'snapshot');
    this.quarantine = join(root, 'quarantine');
    this.events = join(root, 'events');
    this.uploads = join(root, 'uploads');
    this.repositories = join(root, 'repositories');
    // The method of arrays returns a text in one piece. A concatenation keeps its parts, and each path copies all of them.
    this.directories = new Memo(
      (repository) => [this.repositories, encodeRepository(repository)].join('/'),
      MAX_DIRECTORIES,
    );
  }

  /** Returns the directory of a lease. The collector's has another name, which processes of the first release use. */
  lease(name: string): string {
    return name === 'collector' ? `${this.root}/turns` : `${this.root}/leases/${name}`;
  }

  /** Returns the directory of all secrets of one purpose. */
  secrets(purpose: SecretPurpose): string {
    return `${this.root}/auth/${SECRETS[purpose].directory}`;
  }

  secret(purpose: SecretPurpose, name: string): string {
    return `${this.secrets(purpose)}/${name}${SECRETS[purpose].suffix}`;
  }

  secretSuffix(purpose: SecretPurpose): string {
    return SECRETS[purpose].suffix;
  }

  content({ algorithm, hex }: Digest): string {
    return `${this.contentDirectory(algorithm, hex.slice(0, 2))}/${hex}`;
  }

  /** Returns the directory of all content whose hex begins with these two digits. */
  contentDirectory(algorithm: string, prefix: string): string {
    return `${this.root}/blobs/${algorithm}/${prefix}`;
  }

  /** Returns the path of an entry that no collector has set aside. */
  place(repository: RepositoryName, { kind, digest, subject }: EntryKey): string {
    if (kind === 'blobs') return this.claim(repository, digest);
    if (kind === 'manifests') return this.manifest(repository, digest);
    return this.referrer(repository, subject ?? digest, digest);
  }

  repositoryUploads(repository: RepositoryName): string {
    return `${this.uploads}/${encodeRepository(repository)}`;
  }

  upload(repository: RepositoryName, id: UploadId): string {
    return `${this.repositoryUploads(repository)}/${id}`;
  }

  claim(repository: RepositoryName, { algorithm, hex }: Digest): string {
    return `${this.repository(repository)}/blobs/${algorithm}/${hex}`;
  }

  pending(repository: RepositoryName): string {
    return `${this.repository(repository)}/pending`;
  }

  manifests(repository: RepositoryName): string {
    return `${this.repository(repository)}/manifests`;
  }

  /** Returns the directory of the manifests with digests by `algorithm`. */
  manifestsBy(repository: RepositoryName, algorithm: DigestAlgorithm): string {
    return `${this.manifests(repository)}/${algorithm}`;
  }

  manifest(repository: RepositoryName, { algorithm, hex }: Digest): string {
    return `${this.manifestsBy(repository, algorithm)}/${hex}`;
  }

  /** Returns the directory of a repository's entries of one kind. */
  kind(repository: RepositoryName, kind: 'manifests' | 'blobs' | 'referrers'): string {
    return `${this.repository(repository)}/${kind}`;
  }

  tags(repository: RepositoryName): string {
    return `${this.repository(repository)}/tags`;
  }

  tag(repository: RepositoryName, tag: TagName): string {
    return `${this.tags(repository)}/${encodeTag(tag)}`;
  }

  history(repository: RepositoryName): string {
    return `${this.repository(repository)}/history`;
  }

  tagHistory(repository: RepositoryName, tag: TagName): string {
    return `${this.history(repository)}/${encodeTag(tag)}`;
  }

  usage(repository: RepositoryName): string {
    return `${this.repository(repository)}/usage`;
  }

  referrers(repository: RepositoryName, subject: Digest): string {
    return `${this.repository(repository)}/referrers/${encodeDigest(subject)}`;
  }

  referrer(repository: RepositoryName, subject: Digest, digest: Digest): string {
    return `${this.referrers(repository, subject)}/${encodeDigest(digest)}`;
  }

  trash(repository: RepositoryName): string {
    return `${this.repository(repository)}/trash`;
  }

  repository(repository: RepositoryName): string {
    return this.directories.of(repository);
  }
}
