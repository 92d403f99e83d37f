import { IsOptional, IsString, MaxLength } from 'class-validator';

/** Selects what is to be removed: tags alone, or manifests with their tags. Both at their longest fit into the headers of a request. */
export class RemovalQuery {
  /** Tags, separated by commas: at most 100. */
  @IsOptional()
  @IsString()
  @MaxLength(13_000)
  readonly tags?: string;

  /** Digests of manifests, separated by commas: at most 100. */
  @IsOptional()
  @IsString()
  @MaxLength(14_000)
  readonly manifests?: string;
}

/** A manifest whose tags are to be removed, or that is to be removed itself. */
export class ConcernedManifestDto {
  readonly digest!: string;
  readonly purpose!: string;
  /** The tags that are removed. */
  readonly tags!: string[];
  /** Tags that still point to it. Empty if the manifest itself is removed. */
  readonly otherTags!: string[];
  /** The digests of indexes that list it and stay. */
  readonly indexes!: string[];
  /** How many manifests it lists. */
  readonly entries!: number;
  /** How many manifests refer to it. */
  readonly referrers!: number;
  /** Whether it is removed now, stays, or goes with a later collection. */
  readonly fate!: 'removed' | 'tagged' | 'listed' | 'kept' | 'collected';
}

/** What a removal takes along, and what stays. */
export class RemovalDto {
  readonly manifests!: ConcernedManifestDto[];
  /** The entries of removed indexes that nothing else leads to. They are best removed after their index. */
  readonly entries!: string[];
  /** The bytes that leave the repository with the next collections. */
  readonly bytes!: number;
  /** The bytes of those that no other repository has. Only for administrators. */
  readonly freedBytes?: number;
  /** How long content stays after its last use, in milliseconds. */
  readonly graceMs!: number;
  /** How often garbage is collected, in milliseconds. 0: only by hand. */
  readonly intervalMs!: number;
  /** Whether manifests without a tag are kept. */
  readonly keepsUntagged!: boolean;
}
