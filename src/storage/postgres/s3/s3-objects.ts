import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  type S3Client,
} from '@aws-sdk/client-s3';

import { type ByteRange } from '../../../domain/byte-range.js';
import {
  ObjectStore,
  PartsGone,
  type ListedObject,
  type ObjectId,
  type OpenParts,
  type ReadOptions,
  type StoredPart,
} from '../objects/object-store.js';
import { wholeRange } from '../objects/whole-range.js';
import { type BlobLocation } from '../../ports/blob-store.js';
import { ObjectUrls } from './object-urls.js';
import { s3Clients, type S3Options } from './s3-clients.js';
import { attempt, bucketFailure, failureOf, statusOf } from './s3-failures.js';
import { S3Lists } from './s3-lists.js';

const MIN_PART_BYTES = 5 * 1024 ** 2;

/** Objects of a bucket, as `PREFIX/objects/UUID`. Needs neither conditional writes nor versions, tags or ACLs. */
export class S3Objects extends ObjectStore {
  override readonly minPartBytes = MIN_PART_BYTES;
  override readonly description: string;
  /** For the bytes that clients read, perhaps slowly. */
  private readonly reads: S3Client;
  private readonly completions: S3Client;
  private readonly others: S3Client;
  private readonly lists: S3Lists;
  private readonly urls: ObjectUrls;
  private readonly prefix: string;
  private readonly bucket: string;
  /** The key of the object that says which database the others belong to. */
  private readonly marker: string;
  /** Whether the store can delete many objects by one request. */
  private deletesMany = true;

  constructor(options: S3Options) {
    super();
    const { reads, completions, others } = s3Clients(options);
    [this.reads, this.completions, this.others] = [reads, completions, others];
    this.urls = new ObjectUrls(options, () => this.reads.config.credentials());
    this.bucket = options.bucket;
    const folder = options.prefix === '' ? '' : `${options.prefix}/`;
    this.prefix = `${folder}objects/`;
    this.marker = `${folder}database`;
    this.lists = new S3Lists(this.others, this.bucket, this.prefix);
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
      await attempt(() => this.completions.send(command));
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
    { signal, forClient = false }: ReadOptions = {},
  ): AsyncIterable<Uint8Array> {
    const command = new GetObjectCommand({ ...this.at(id), Range: `bytes=${start}-${end}` });
    const options = signal && { abortSignal: signal };
    const client = forClient ? this.reads : this.others;
    const { Body } = await attempt(() => client.send(command, options));
    if (Body === undefined) throw new Error('the object store answered without a body');
    yield* wholeRange(bytesOf(Body as AsyncIterable<Uint8Array>, signal), end - start + 1);
  }

  override locate(id: ObjectId): Promise<BlobLocation> {
    return this.urls.of(this.prefix + id);
  }

  override async delete(ids: readonly ObjectId[]): Promise<readonly ObjectId[]> {
    return this.deletesMany ? this.deleteTogether(ids) : this.deleteEach(ids);
  }

  override list(): AsyncIterable<ListedObject> {
    return this.lists.objects();
  }

  override openParts(): AsyncIterable<OpenParts> {
    return this.lists.openParts();
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
    this.completions.destroy();
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

  private at(id: ObjectId): { Bucket: string; Key: string } {
    return { Bucket: this.bucket, Key: this.prefix + id };
  }
}

/** Yields the bytes of an answer. Unless the caller ends it, its failure is that of the storage, as in `attempt`. */
async function* bytesOf(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw signal?.aborted === true ? error : failureOf(error);
  }
}
