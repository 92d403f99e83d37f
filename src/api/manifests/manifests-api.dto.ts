import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Length, Max, MaxLength, Min } from 'class-validator';

import { PageQuery } from '../../http/api/page.dto.js';

/** Content that a manifest names. */
export class DescriptorDto {
  readonly mediaType!: string;
  readonly digest!: string;
  /** In bytes, as stored. */
  readonly size!: number;
  readonly artifactType?: string;
  readonly annotations?: Record<string, string>;
}

/** A layer of an image, or a file of an artifact. */
export class LayerDto extends DescriptorDto {
  /** The name of a file of an artifact. */
  readonly title?: string;
  /** Whether the layer stays with its publisher, and no registry has it. */
  readonly isForeign!: boolean;
  /** The command that made the layer, as the history of the image says. */
  readonly command?: string;
  readonly created?: string;
}

/** A manifest that an index lists. */
export class EntryDto extends DescriptorDto {
  /** Such as `linux/arm64/v8`. */
  readonly platform?: string;
  readonly purpose?: string;
  /** The digest of the image that an attestation describes. */
  readonly describes?: string;
  /** The bytes of the entry with all that it names. Absent if the repository does not have it. */
  readonly totalBytes?: number;
}

/** What the config of an image says. */
export class ImageDto {
  readonly created?: string;
  readonly author?: string;
  readonly os?: string;
  readonly osVersion?: string;
  readonly architecture?: string;
  readonly variant?: string;
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly stopSignal?: string;
  readonly env!: string[];
  readonly entrypoint!: string[];
  readonly cmd!: string[];
  readonly exposedPorts!: string[];
  readonly volumes!: string[];
  readonly labels!: Record<string, string>;
}

/** A manifest in the terms of a person who looks at it. */
export class ManifestDto {
  readonly digest!: string;
  readonly mediaType!: string;
  readonly format!: 'docker' | 'oci';
  readonly kind!: string;
  /** What the manifest is for, such as `image`, `index`, `signature` or `helm-chart`. */
  readonly purpose!: string;
  /** The bytes of the manifest itself. */
  readonly size!: number;
  /** The bytes of the manifest and of all that it names, each content once. */
  readonly totalBytes!: number;
  readonly config?: DescriptorDto;
  /** Present for an image whose config can be read. */
  readonly image?: ImageDto;
  /** Why the config cannot be read. */
  readonly configProblem?: 'missing' | 'too-large' | 'invalid';
  readonly layers!: LayerDto[];
  /** The manifests that an index lists. */
  readonly entries!: EntryDto[];
  readonly artifactType?: string;
  readonly annotations?: Record<string, string>;
  readonly subject?: DescriptorDto;
  /** How often it was pulled. */
  readonly pulls!: number;
  readonly lastPulledAt?: string;
}

/** A manifest that refers to another one, such as a signature. */
export class ReferrerDto extends DescriptorDto {
  readonly purpose!: string;
  /** Its files, at most 20. Only with all that is known of an image. */
  readonly files?: LayerDto[];
  /** What refers to this referrer. */
  readonly referrers!: ReferrerDto[];
}

/** The referrers of a manifest with their own referrers. */
export class ReferrersDto {
  readonly referrers!: ReferrerDto[];
  /** Whether there are more than 200, or deeper ones than four levels. */
  readonly more!: boolean;
}

/** What leads to a manifest within its repository. */
export class HoldersDto {
  readonly tags!: string[];
  /** The digests of indexes that list it. */
  readonly indexes!: string[];
  /** Whether there are more than 1,000. */
  readonly more!: boolean;
}

/** Selects a page of the manifests without a tag. */
export class UntaggedQuery extends PageQuery {
  /** How many items the answer may have. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000)
  override readonly limit: number = 100;

  /** Whether manifests that refer to another one are listed. By default all manifests are. */
  @IsOptional()
  @IsIn(['only', 'without'])
  readonly referrers?: 'only' | 'without';
}

/** A manifest that no tag points to, and no tagged index lists. */
export class UntaggedManifestDto {
  readonly digest!: string;
  readonly mediaType!: string;
  readonly purpose!: string;
  readonly size!: number;
  readonly totalBytes!: number;
  /** The platforms of the image, such as `linux/arm64/v8`. */
  readonly platforms!: string[];
  readonly artifactType?: string;
  /** The manifest that it refers to. Referrers are usually untagged. */
  readonly subject?: string;
  /** The tags of the subject. Absent if the repository does not have it. */
  readonly subjectTags?: string[];
  /** Why it is kept: its subject exists, an index without a tag lists it, by REGISTRY_GC_UNTAGGED, or only for the grace period. */
  readonly kept!: 'subject' | 'index' | 'rule' | 'grace';
}

/** The manifests that no tag points to, and no tagged index lists. */
export class UntaggedDto {
  readonly manifests!: UntaggedManifestDto[];
  /** Whether there are more than those listed. */
  readonly more!: boolean;
  /** The cursor of the next page. Absent on the last page. */
  readonly next?: string;
}

/** Selects two images. */
export class CompareQuery {
  /** The first image: a tag or a digest. */
  @IsString()
  @Length(1, 200)
  readonly a!: string;

  /** The second image: a tag or a digest. */
  @IsString()
  @Length(1, 200)
  readonly b!: string;

  /** The repository of the second image, if it is another one. */
  @IsOptional()
  @IsString()
  @MaxLength(255)
  readonly with?: string;

  /** Chooses the image of an index, such as `linux/arm64`. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  readonly platform?: string;
}

/** Chooses two images whose files are compared. */
export class CompareFilesQuery extends CompareQuery {
  /** Adds a line with `progress` every half second while layers are read, and one with `failed` if the comparison fails after that. */
  @IsOptional()
  @IsIn(['true', 'false'])
  readonly progress?: 'true' | 'false';
}

/** A name that only one image has, or that both have with different values. */
export class ValueChangeDto {
  readonly name!: string;
  readonly change!: 'added' | 'removed' | 'changed';
  readonly a?: string;
  readonly b?: string;
}

/** The layers of two images. */
export class ComparedLayersDto {
  readonly shared!: LayerDto[];
  readonly onlyA!: LayerDto[];
  readonly onlyB!: LayerDto[];
}

/** How the second image differs from the first. */
export class ComparisonDto {
  /** The digest of the first image. */
  readonly a!: string;
  /** The digest of the second image. */
  readonly b!: string;
  readonly sizeA!: number;
  readonly sizeB!: number;
  readonly layers!: ComparedLayersDto;
  readonly env!: ValueChangeDto[];
  readonly labels!: ValueChangeDto[];
  /** Other fields of the config. A list is shown as JSON. */
  readonly fields!: ValueChangeDto[];
  /** Whether both configs could be read. If not, only layers and sizes are compared. */
  readonly hasConfigs!: boolean;
}
