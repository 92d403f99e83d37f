/** What is measured, and how it is called in the tables. The load program knows the workloads by their ids. */
export interface Workload {
  readonly id: string;
  readonly title: string;
  /** Workloads of one group share a server that was started with nothing in it. */
  readonly group: string;
  /** Measured by the bytes that go over, not by the operation. */
  readonly inBytes?: true;
  /** Only Berth does this: the peers have no such endpoint. */
  readonly alone?: true;
  /** Also with `REGISTRY_STORAGE_FSYNC=false`, which only Berth has: its peers stand as they are. */
  readonly withoutFsync?: true;
  /** Also with an nginx in front that sends the blobs, as the compose file has it: the peers stand as they are. */
  readonly throughNginx?: true;
  /** What counts is how long the slowest hundredth of the other requests took, not the rate. */
  readonly byLatency?: true;
}

/** The paths that the guard and the comparison of two checkouts measure. */
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
