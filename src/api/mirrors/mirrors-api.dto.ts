import { ArrayMaxSize, IsArray, IsOptional, IsString, MaxLength } from 'class-validator';

/** Why the other registry did not answer. */
export class UpstreamErrorDto {
  readonly at!: string;
  /** A sentence. */
  readonly message!: string;
}

/** How many pulls the other registry allows, as it said last. */
export class PullLimitDto {
  readonly left!: number;
  /** How many it allows in all for a while. Absent if it does not say. */
  readonly limit?: number;
  /** When it said so. */
  readonly at!: string;
}

/** How clients were answered, since the process started that answers this. With several workers, each counts its own. */
export class MirrorRequestsDto {
  /** With what is stored. */
  readonly hit!: number;
  /** With what is stored, or to HEAD, after a question that is not a pull. */
  readonly confirmed!: number;
  /** With something that was fetched. */
  readonly fetched!: number;
  /** With what is stored, because the other registry failed. */
  readonly stale!: number;
  /** With 404. */
  readonly missing!: number;
  /** With 429, because the other registry limits requests. */
  readonly limited!: number;
  /** With 503. */
  readonly failed!: number;
}

/** Bytes of blobs, since the process started that answers this. With several workers, each counts its own. */
export class MirrorBytesDto {
  /** Those that clients got from the storage. */
  readonly cache!: number;
  /** Those that the other registry sent. */
  readonly upstream!: number;
}

/** What of a mirror is kept. Without a limit, everything. */
export class KeptDto {
  /** Images that were not pulled for this time are removed. */
  readonly unusedSeconds?: number;
  /** How many bytes the mirror may take. */
  readonly bytes?: number;
}

/** How many bytes a mirror has. */
export class CachedDto {
  /** Those of its manifests and of the blobs that they need. A blob of several repositories is counted once. */
  readonly bytes!: number;
  /** When they were counted: after a collection. */
  readonly at!: string;
}

/** An image that could not be fetched. */
export class WarmFailureDto {
  /** By its name in the other registry. */
  readonly image!: string;
  /** A sentence. */
  readonly reason!: string;
}

/** A run that fetched images before clients ask for them. */
export class WarmRunDto {
  readonly startedAt!: string;
  /** Absent while it goes on, and if it was interrupted. */
  readonly endedAt?: string;
  /** How many manifests were stored, or had been before. */
  readonly manifests!: number;
  /** The first 12 images that failed. */
  readonly failed!: WarmFailureDto[];
}

/** What of a mirror is fetched before clients ask for it. */
export class WarmDto {
  /** How often. 0: only on demand. */
  readonly everySeconds!: number;
  /** Patterns of tags, by their names in the other registry. */
  readonly images!: string[];
  /** Empty: all platforms. */
  readonly platforms!: string[];
  /** The last run for all these images, by any process. Absent before the first one. */
  readonly last?: WarmRunDto;
}

/** A mirror of another registry. What it does is that of the process that answers this. */
export class MirrorDto {
  /** The first part of its repositories' names. */
  readonly name!: string;
  /** The other registry. */
  readonly url!: string;
  readonly content!: 'public' | 'private';
  /** `ok`; `resting`: the other registry failed and is not asked for a while; `offline`: it is never asked. */
  readonly state!: 'ok' | 'resting' | 'offline';
  /** For how many more seconds it is not asked; 0 if it is. */
  readonly restingSeconds!: number;
  /** How many downloads of blobs run or wait. */
  readonly downloads!: number;
  /** When the other registry last answered. Absent if it was not asked yet. */
  readonly lastAnswerAt?: string;
  /** Why it last did not answer. Absent if it always did. */
  readonly lastError?: UpstreamErrorDto;
  /** Absent if the other registry says nothing of a limit. */
  readonly limit?: PullLimitDto;
  readonly requests!: MirrorRequestsDto;
  readonly bytes!: MirrorBytesDto;
  readonly keep!: KeptDto;
  /** Absent before the first collection. */
  readonly cached?: CachedDto;
  /** Patterns of tags that are always kept, by their names in the other registry. */
  readonly pins!: string[];
  /** Absent if the mirrors file names nothing to fetch. */
  readonly warm?: WarmDto;
}

/** The mirrors, in the order of the mirrors file. */
export class MirrorsDto {
  readonly mirrors!: MirrorDto[];
}

/** Names a tag of the other registry. */
export class RemoteTagDto {
  /** The repository by its name in the other registry, such as `library/alpine`. */
  @IsString()
  @MaxLength(255)
  readonly repository!: string;

  @IsString()
  @MaxLength(128)
  readonly tag!: string;
}

/** The answer of the other registry to the question for a tag. */
export class RefreshedDto {
  /** The repository by its name in the other registry. */
  readonly repository!: string;
  readonly tag!: string;
  /** Compares to what was stored: `new` if nothing was, `gone` if the other registry does not have the tag. */
  readonly outcome!: 'same' | 'moved' | 'new' | 'gone';
  /** What the tag points to. Absent if it is gone. */
  readonly digest?: string;
  /** What the stored tag pointed to before, if that is something else. */
  readonly previous?: string;
}

/** Chooses what is fetched. */
export class FetchImagesDto {
  /** Patterns of tags, by their names in the other registry, such as `library/alpine:3.*`. Without it those of the mirrors file. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @MaxLength(400, { each: true })
  readonly images?: string[];
}

/** A tag that is stored. */
export class StoredTagDto {
  readonly digest!: string;
  /** When it was last set. */
  readonly since!: string;
  /** Absent if its manifest was never pulled. */
  readonly lastPulledAt?: string;
}

/** The last answer of the other registry about a tag. */
export class LastAnswerDto {
  readonly at!: string;
  readonly digest?: string;
}

/** What is known of a tag of a mirror, by the process that answers. */
export class MirrorReasonsDto {
  /** The repository by its name here. */
  readonly name!: string;
  /** The repository by its name in the other registry. */
  readonly repository!: string;
  readonly tag!: string;
  /** Whether the mirrors file lets clients have it. */
  readonly allowed!: boolean;
  readonly offline!: boolean;
  /** Who may cause a question to the other registry. Absent: everybody who may pull. */
  readonly fetch?: string[];
  /** Absent if it is not stored. */
  readonly stored?: StoredTagDto;
  /** Absent if this process has none. */
  readonly lastAnswer?: LastAnswerDto;
  /** The entries of `pin` that name it. */
  readonly pins!: string[];
  /** The entries of `warm` that name it. */
  readonly warm!: string[];
  /** All of it for people, and what the next pull gets. */
  readonly sentences!: string[];
}
