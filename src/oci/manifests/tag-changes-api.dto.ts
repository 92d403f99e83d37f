import { IsString, MaxLength } from 'class-validator';

/** The manifest that a tag is to point to. */
export class NewTagDto {
  /** The digest of a manifest of the same repository. */
  @IsString()
  @MaxLength(150)
  readonly digest!: string;
}

/** A tag that was set. */
export class SetTagDto {
  readonly tag!: string;
  readonly digest!: string;
  /** The manifest that the tag pointed to before. Absent if it did not exist. */
  readonly previous?: string;
}

/** A tag that was removed. */
export class RemovedTagDto {
  readonly tag!: string;
  /** The manifest that the tag pointed to. It stays until a collection finds it unreachable. */
  readonly digest!: string;
  /** Other tags that point to the same manifest. They stay. */
  readonly otherTags!: string[];
  /** What happens to the manifest. */
  readonly manifest!: string;
}

/** A manifest that was removed. */
export class RemovedManifestDto {
  readonly digest!: string;
  /** The tags that pointed to it, which were removed as well. */
  readonly tags!: string[];
}
