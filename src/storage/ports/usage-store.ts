import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Lease } from './lease.js';

/** When and how often manifests were pulled. Only the registry's clients count, not what reads through the ports. */
export abstract class UsageStore {
  /**
   * Adds the pulls of one repository to the usage of its manifests: all or, if it throws, none. Drops them if the repository does not
   * exist. A power cut may lose what was added since the last `fold`.
   */
  abstract add(repository: RepositoryName, pulls: readonly Pulls[]): Promise<void>;

  /** Resolves to the usage of each manifest that was pulled, by the text of its digest. */
  abstract of(repository: RepositoryName): Promise<ReadonlyMap<string, Usage>>;

  /**
   * Resolves to how many manifests were pulled on each day, also those that no longer exist. Pulls that are added together count on the
   * day of the last one. Only the last 30 days are kept; a day without pulls may be absent.
   */
  abstract byDay(repository: RepositoryName): Promise<PullsByDay>;

  /**
   * Merges what all processes have added, and forgets manifests that no longer exist, within some hours of their last pull. Neither
   * loses pulls nor adds them twice, whenever it is stopped.
   *
   * @param lease the lease of a collector; after its loss nothing more is changed
   */
  abstract fold(lease?: Pick<Lease, 'holds'>): Promise<void>;
}

export interface Usage {
  /** How often the manifest was pulled. */
  readonly pulls: number;
  /** In milliseconds since the epoch. */
  readonly lastPulledAt: number;
}

/** Pulls of one manifest that are added to its usage. */
export interface Pulls extends Usage {
  readonly digest: Digest;
}

/** Pulls by the number of the UTC day, counted from the epoch. */
export type PullsByDay = ReadonlyMap<number, number>;
