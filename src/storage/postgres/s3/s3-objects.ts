import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
  type S3Client,
} from '@aws-sdk/client-s3';

import { type ByteRange } from '../../../domain/byte-range.js';
import { tryParseObjectId } from '../objects/object-id.js';
import {
  ObjectStore,
  PartsGone,
  type ListedObject,
  type ObjectId,
  type OpenParts,
  type StoredPart,
} from '../objects/object-store.js';
import { wholeRange } from '../objects/whole-range.js';
import { type BlobLocation } from '../../ports/blob-store.js';
import { ObjectUrls } from './object-urls.js';
import { s3Clients, type S3Options } from './s3-clients.js';
import { bucketFailure, failureOf, hasCode, statusOf } from './s3-failures.js';

const MIN_PART_BYTES = 5 * 1024 ** 2;

/** Objects of a bucket, as `PREFIX/objects/UUID`. Needs neither conditional writes nor versions, tags or ACLs. */
export class S3Objects extends ObjectStore {
  override readonly minPartBytes = MIN_PART_BYTES;
  override readonly description: string;
  /** For the bytes of objects, which clients may read slowly. */
  private readonly reads: S3Client;
  private readonly others: S3Client;
  private readonly urls: ObjectUrls;
  private readonly prefix: string;
  private readonly bucket: string;
  /** The key of the object that says which database the others belong to. */
  private readonly marker: string;
  /** Whether the store can delete many objects by one request. */
  private deletesMany = true;

  constructor(options: S3Options) {
    super();
    ({ reads: this.reads, others: this.others } = s3Clients(options));
    this.urls = new ObjectUrls(options, () => this.reads.config.credentials());
    this.bucket = options.bucket;
    const folder = options.prefix === '' ? '' : `${options.prefix}/`;
    this.prefix = `${folder}objects/`;
    this.marker = `${folder}database`;
    this.description = `s3://${[options.bucket, options.prefix].filter(Boolean).join('/')}`;
  }

  override async put(id: ObjectId, bytes: Uint8Array): Promise<void> {
    const command = new PutObjectCommand({ ...this.at(id), Body: bytes });
    await attempt(() => this.others.send(command));
  }

  override async createParts(id: ObjectId): Promise<string> {
    const command = new CreateMultipartUploadCommand(this.at(id));
    const { UploadId } = await attempt(() => this.others.send(command));
    if (UploadId === undefined) throw new Error('the object store gave no name to an upload');
    return UploadId;
  }

  override async putPart(
    id: ObjectId,
    parts: string,
    number: number,
    bytes: Uint8Array,
  ): Promise<StoredPart> {
    const command = new UploadPartCommand({
      ...this.at(id),
      UploadId: parts,
      PartNumber: number,
      Body: bytes,
    });
    const { ETag } = await attempt(() => this.others.send(command));
    if (ETag === undefined) throw new Error('the object store gave no ETag to a part');
    return { number, etag: ETag };
  }

  override async completeParts(
    id: ObjectId,
    parts: string,
    listed: readonly StoredPart[],
  ): Promise<void> {
    const command = new CompleteMultipartUploadCommand({
      ...this.at(id),
      UploadId: parts,
      MultipartUpload: {
        Parts: listed.map(({ number, etag }) => ({ PartNumber: number, ETag: etag })),
      },
    });
    try {
      await attempt(() => this.others.send(command));
    } catch (error) {
      // An answer that was lost, or an error after the work was done: whether the object is there decides.
      if ((await this.size(id)) === undefined) throw error;
    }
  }

  override async abortParts(id: ObjectId, parts: string): Promise<void> {
    const command = new AbortMultipartUploadCommand({ ...this.at(id), UploadId: parts });
    try {
      await attempt(() => this.others.send(command));
    } catch (error) {
      if (!(error instanceof PartsGone)) throw error;
    }
  }

  override async size(id: ObjectId): Promise<number | undefined> {
    try {
      const found = await attempt(() => this.others.send(new HeadObjectCommand(this.at(id))));
      return found.ContentLength;
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }

  override async *read(
    id: ObjectId,
    { start, end }: ByteRange,
    signal?: AbortSignal,
  ): AsyncIterable<Uint8Array> {
    const command = new GetObjectCommand({ ...this.at(id), Range: `bytes=${start}-${end}` });
    const options = signal && { abortSignal: signal };
    const { Body } = await attempt(() => this.reads.send(command, options));
    if (Body === undefined) throw new Error('the object store answered without a body');
    yield* wholeRange(Body as AsyncIterable<Uint8Array>, end - start + 1);
  }

  override locate(id: ObjectId): Promise<BlobLocation> {
    return this.urls.of(this.prefix + id);
  }

  override async delete(ids: readonly ObjectId[]): Promise<readonly ObjectId[]> {
    return this.deletesMany ? this.deleteTogether(ids) : this.deleteEach(ids);
  }

  override async *list(): AsyncIterable<ListedObject> {
    for (let token: string | undefined, isMore = true; isMore;) {
      const page = await attempt(() => this.others.send(this.listCommand(token)));
      for (const { Key, Size = 0, LastModified } of page.Contents ?? []) {
        const id = this.idOf(Key);
        if (id !== undefined) yield { id, size: Size, at: LastModified?.getTime() ?? 0 };
      }
      token = page.NextContinuationToken;
      isMore = page.IsTruncated === true && token !== undefined;
    }
  }

  override async *openParts(): AsyncIterable<OpenParts> {
    for (let marker: { key?: string; upload?: string } | undefined = {}; marker !== undefined;) {
      const command: ListMultipartUploadsCommand = this.openPartsCommand(marker);
      const page = await attempt(() => this.others.send(command));
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

  override async owner(): Promise<string | undefined> {
    const command = new GetObjectCommand({ Bucket: this.bucket, Key: this.marker });
    try {
      const { Body } = await attempt(() => this.others.send(command));
      return (await Body?.transformToString()) ?? '';
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }

  override async claim(database: string): Promise<void> {
    const at = { Bucket: this.bucket, Key: this.marker };
    await attempt(() => this.others.send(new PutObjectCommand({ ...at, Body: database })));
  }

  override async ready(): Promise<void> {
    const command = new HeadBucketCommand({ Bucket: this.bucket });
    try {
      await attempt(() => this.others.send(command));
    } catch (error) {
      throw bucketFailure(error, this.bucket);
    }
  }

  override close(): Promise<void> {
    this.reads.destroy();
    this.others.destroy();
    return Promise.resolve();
  }

  private async deleteTogether(ids: readonly ObjectId[]): Promise<readonly ObjectId[]> {
    const command = new DeleteObjectsCommand({
      Bucket: this.bucket,
      Delete: { Objects: ids.map((id) => ({ Key: this.prefix + id })), Quiet: true },
    });
    try {
      const { Errors = [] } = await attempt(() => this.others.send(command));
      const left = new Set(Errors.map(({ Key }) => Key));
      return ids.filter((id) => !left.has(this.prefix + id));
    } catch (error) {
      const status = statusOf(error);
      // Some stores do not know this request, or want a checksum that the SDK no longer sends.
      if (status !== 400 && status !== 405 && status !== 501) throw error;
      this.deletesMany = false;
      return this.deleteEach(ids);
    }
  }

  private async deleteEach(ids: readonly ObjectId[]): Promise<readonly ObjectId[]> {
    for (const id of ids)
      await attempt(() => this.others.send(new DeleteObjectCommand(this.at(id))));
    return ids;
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

  private at(id: ObjectId): { Bucket: string; Key: string } {
    return { Bucket: this.bucket, Key: this.prefix + id };
  }

  private idOf(key: string | undefined): ObjectId | undefined {
    return key?.startsWith(this.prefix) === true
      ? tryParseObjectId(key.slice(this.prefix.length))
      : undefined;
  }
}

/** Runs a request. Its failure is that of the storage, not of the SDK. */
async function attempt<Result>(request: () => Promise<Result>): Promise<Result> {
  try {
    return await request();
  } catch (error) {
    if (hasCode(error, 'NoSuchUpload')) throw new PartsGone({ cause: error });
    throw failureOf(error);
  }
}
