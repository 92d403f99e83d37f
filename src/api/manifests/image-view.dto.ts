import { IsOptional, IsString, MaxLength } from 'class-validator';

import { RepositoryRightsDto } from '../../http/api/repository-rights.dto.js';
import { HoldersDto, ManifestDto, ReferrersDto } from './manifests-api.dto.js';

/** Selects what is shown of an index. */
export class ImageQuery {
  /** The platform whose image is shown, such as `linux/arm64`. Default: linux/amd64 if the index has it, else the first one. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  readonly platform?: string;
}

/** The tag by which an image was asked for. */
export class ImageTagDto {
  readonly name!: string;
  readonly pushedAt!: string;
  /** The login that last set the tag. Absent for an anonymous client, or if it is unknown. */
  readonly pushedBy?: string;
  /** The manifest that the tag pointed to before. Absent for a new tag, or if it is unknown. */
  readonly previous?: string;
}

/** A step of the build of an image. */
export class StepDto {
  readonly command?: string;
  readonly comment?: string;
  readonly created?: string;
  /** The layer that the step made, counted from 0. Absent if it made none. */
  readonly layer?: number;
}

/** Other repositories that have a layer, from which the caller may pull. */
export class SharedLayerDto {
  readonly digest!: string;
  /** At most 100. If there are many repositories, some of them may be missing. */
  readonly repositories!: string[];
}

/** The image that is shown: the one of the reference, or that of one platform of an index. */
export class ShownImageDto {
  readonly manifest!: ManifestDto;
  /** Absent for an image that is not part of an index. */
  readonly platform?: string;
  /** The steps of its build, the oldest first. Empty if the history does not describe its layers. */
  readonly steps!: StepDto[];
  /** The layers that other repositories have as well. */
  readonly shared!: SharedLayerDto[];
  /** The referrers of an image of an index. Absent for an image that is not part of one. */
  readonly referrers?: ReferrersDto;
}

/** All that is known of an image or an artifact, in one answer. */
export class ImageViewDto {
  readonly digest!: string;
  /** Present if the reference is a tag. */
  readonly tag?: ImageTagDto;
  /** What the reference names. */
  readonly manifest!: ManifestDto;
  /** Absent for an index that has no image of the platform. */
  readonly image?: ShownImageDto;
  readonly holders!: HoldersDto;
  readonly referrers!: ReferrersDto;
  /** What the caller may do in the repository. */
  readonly rights!: RepositoryRightsDto;
}
