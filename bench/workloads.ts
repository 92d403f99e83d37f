/** A workload, and its name in the tables. The load program knows the workloads by id. */
export interface Workload {
  readonly id: string;
  readonly title: string;
  /** The workloads of a group share a server that was started empty. */
  readonly group: string;
  /** Measured by transferred bytes, not by operations. */
  readonly inBytes?: true;
  /** Only Berth has this endpoint. */
  readonly alone?: true;
  /** Also measured with `REGISTRY_STORAGE_FSYNC=false`, which only Berth has; the peers are unchanged. */
  readonly withoutFsync?: true;
  /** Also measured with an nginx in front that sends the blobs; the peers are unchanged. */
  readonly throughNginx?: true;
  /** Measured by the 99th percentile of the other requests' duration, not by the rate. */
  readonly byLatency?: true;
}

/** The workloads of the guard and of the comparison of two checkouts. */
export const GUARDED = [
  'push-64m-x1',
  'pull-64m-x1',
  'push-10k-x8',
  'pull-10k-x8',
  'manifest-put-tag',
  'manifest-head-tag',
  'manifest-get-digest',
  'blob-head',
  'tags-n100',
];

export const WORKLOADS: readonly Workload[] = [
  { id: 'push-64m-x1', title: 'push 64 MiB ×1', group: 'push', inBytes: true, withoutFsync: true },
  { id: 'push-64m-x4', title: 'push 64 MiB ×4', group: 'push', inBytes: true, withoutFsync: true },
  { id: 'pull-64m-x1', title: 'pull 64 MiB ×1', group: 'pull', inBytes: true, throughNginx: true },
  { id: 'pull-64m-x8', title: 'pull 64 MiB ×8', group: 'pull', inBytes: true, throughNginx: true },
  { id: 'push-10k-x8', title: 'push 10 KiB ×8', group: 'small' },
  { id: 'pull-10k-x8', title: 'pull 10 KiB ×8', group: 'small' },
  { id: 'manifest-put-tag', title: 'manifest PUT by tag ×8', group: 'manifests' },
  { id: 'manifest-head-tag', title: 'manifest HEAD by tag ×16', group: 'manifests' },
  { id: 'manifest-head-digest', title: 'manifest HEAD by digest ×16', group: 'manifests' },
  { id: 'manifest-get-tag', title: 'manifest GET by tag ×16', group: 'manifests' },
  { id: 'manifest-get-digest', title: 'manifest GET by digest ×16', group: 'manifests' },
  { id: 'blob-head', title: 'blob HEAD ×16', group: 'small' },
  { id: 'tags-n100', title: 'tags n=100 of 1,000 ×16', group: 'tags' },
  { id: 'tags-all', title: 'all of 5,000 tags ×16', group: 'tags' },
  { id: 'referrer-put', title: 'referrer PUT ×8', group: 'referrers' },
  { id: 'referrers-list', title: '500 referrers ×4', group: 'referrers', alone: true },
  {
    id: 'head-during-pushes',
    title: 'manifest HEAD during four pushes, p99',
    group: 'mixed',
    inBytes: true,
    byLatency: true,
  },
];
