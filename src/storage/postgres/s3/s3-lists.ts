import {
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';

import { tryParseObjectId } from '../objects/object-id.js';
import { type ListedObject, type ObjectId, type OpenParts } from '../objects/object-store.js';
import { attempt } from './s3-failures.js';

/** Lists what a bucket has below a prefix, page by page. Keys that are no object's are left out. */
export class S3Lists {
  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
    private readonly prefix: string,
  ) {}

  /** Yields all objects in the order of their ids. */
  async *objects(): AsyncIterable<ListedObject> {
    for (let token: string | undefined, isMore = true; isMore;) {
      const page = await attempt(() => this.client.send(this.listCommand(token)));
      for (const { Key, Size = 0, LastModified } of page.Contents ?? []) {
        const id = this.idOf(Key);
        if (id !== undefined) yield { id, size: Size, at: LastModified?.getTime() ?? 0 };
      }
      token = page.NextContinuationToken;
      isMore = page.IsTruncated === true && token !== undefined;
    }
  }

  /** Yields the objects whose parts are being written. */
  async *openParts(): AsyncIterable<OpenParts> {
    for (let marker: { key?: string; upload?: string } | undefined = {}; marker !== undefined;) {
      const command: ListMultipartUploadsCommand = this.openPartsCommand(marker);
      const page = await attempt(() => this.client.send(command));
      for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
        const id = this.idOf(Key);
        if (id === undefined || UploadId === undefined) continue;
        yield { id, parts: UploadId, at: Initiated?.getTime() ?? 0 };
      }
      marker =
        page.IsTruncated === true && page.NextKeyMarker !== undefined
          ? {
              key: page.NextKeyMarker,
              ...(page.NextUploadIdMarker !== undefined && { upload: page.NextUploadIdMarker }),
            }
          : undefined;
    }
  }

  private listCommand(token: string | undefined): ListObjectsV2Command {
    const more = token === undefined ? {} : { ContinuationToken: token };
    return new ListObjectsV2Command({ Bucket: this.bucket, Prefix: this.prefix, ...more });
  }

  private openPartsCommand(marker: { key?: string; upload?: string }): ListMultipartUploadsCommand {
    return new ListMultipartUploadsCommand({
      Bucket: this.bucket,
      Prefix: this.prefix,
      ...(marker.key !== undefined && { KeyMarker: marker.key }),
      ...(marker.upload !== undefined && { UploadIdMarker: marker.upload }),
    });
  }

  private idOf(key: string | undefined): ObjectId | undefined {
    return key?.startsWith(this.prefix) === true
      ? tryParseObjectId(key.slice(this.prefix.length))
      : undefined;
  }
}
