import type { Content, Descriptor, ImageManifest } from './contents.ts';
import { oneOf } from './random.ts';
import { TagHistory } from './tag-history.ts';

/** An image whose manifest got its 201. */
export interface AcknowledgedImage {
  readonly repository: string;
  readonly manifest: ImageManifest;
  readonly blobs: readonly Content[];
  readonly subject: Descriptor | undefined;
}

/** A blob whose push or mount got its 201. */
export interface AcknowledgedBlob {
  readonly repository: string;
  readonly content: Content;
}

/** An upload session that was acknowledged and is not a blob yet. */
export interface OpenUpload {
  readonly repository: string;
  readonly content: Content;
  readonly location: string;
  /** The number of bytes that the server has acknowledged. */
  acknowledged: number;
  /** The number of bytes that the server may have. */
  sent: number;
  /** Whether the closing request was sent: then the session may have become the blob and no longer exist. */
  closing: boolean;
}

/** How many of the newest repositories get further images. */
const IN_USE = 24;

/** What the clients were promised, in all rounds on one store. */
export class Ledger {
  readonly images: AcknowledgedImage[] = [];
  readonly blobs = new Map<string, AcknowledgedBlob>();
  readonly uploads = new Set<OpenUpload>();
  readonly tags = new Map<string, TagHistory>();
  private readonly repositories: string[] = [];
  private readonly byRepository = new Map<string, AcknowledgedImage[]>();

  addImage(image: AcknowledgedImage): void {
    this.images.push(image);
    const others = this.byRepository.get(image.repository);
    if (others !== undefined) {
      others.push(image);
      return;
    }
    this.repositories.push(image.repository);
    this.byRepository.set(image.repository, [image]);
  }

  addBlob(repository: string, content: Content): void {
    this.blobs.set(blobKey(repository, content.digest), { repository, content });
  }

  tag(repository: string, tag: string): TagHistory {
    const key = `${repository}:${tag}`;
    const history = this.tags.get(key) ?? new TagHistory();
    this.tags.set(key, history);
    return history;
  }

  imagesOf(repository: string): readonly AcknowledgedImage[] {
    return this.byRepository.get(repository) ?? [];
  }

  someRepository(): string | undefined {
    return oneOf(this.repositories.slice(-IN_USE));
  }

  /** Returns an image of another repository, to mount from. */
  imageOutside(repository: string): AcknowledgedImage | undefined {
    const image = oneOf(this.images);
    return image?.repository === repository ? undefined : image;
  }
}

export function blobKey(repository: string, digest: string): string {
  return `${repository}@${digest}`;
}
