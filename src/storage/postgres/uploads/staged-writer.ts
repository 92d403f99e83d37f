import { newObjectId } from '../objects/object-id.js';
import { type ObjectId, type ObjectStore, type StoredPart } from '../objects/object-store.js';
import { PartBuffer } from './part-buffer.js';
import { type StagedBytes } from './upload-rows.js';
import { type UploadSlots } from './upload-slots.js';

/** The size of a part. Large blobs get larger ones, because an object has at most 10,000. In bytes. */
const PART_BYTES = 8 * 1024 ** 2;

/** From these numbers on, parts have more bytes: 16 GiB lie before the first, and 272 GiB before the second. */
const LARGER_PARTS = [
  { from: 8_001, bytes: 256 * 1024 ** 2 },
  { from: 2_001, bytes: 32 * 1024 ** 2 },
] as const;

/** What a writer may leave for the next append, which then needs no object of its own for it. In bytes. */
const SLACK_BYTES = 5 * 1024 ** 2;

/** How many bytes of parts are sent at the same time, while the next ones are gathered. A larger part is sent alone. In bytes. */
const SENDING_BYTES = 2 * PART_BYTES;

/** An append with fewer bytes needs no slot. In bytes. */
const FREE_BYTES = 1024 ** 2;

/** Where new parts get their numbers. @throws if the writer lost its hold */
export type ReservePart = (staged: number) => Promise<number>;

/** An object that was written and that no row names yet. */
export interface NewObject {
  readonly object: ObjectId;
  readonly parts: string | null;
}

/**
 * Writes the bytes of one append to the object store: as one object if they are few, otherwise in parts.
 *
 * A part is written only when so many bytes are there that the rest is still a whole part. So what is left at the end is a legal part
 * itself, and a layer that comes in one request needs no tail.
 */
export class StagedWriter {
  private readonly buffer = new PartBuffer();
  private readonly fresh: NewObject[] = [];
  private readonly newParts: (StoredPart & { readonly size: number })[] = [];
  private object: ObjectId | null = null;
  private parts: string | null = null;
  /** The parts that are being sent, the oldest first. */
  private readonly sending: { readonly bytes: number; readonly sent: Promise<void> }[] = [];
  private nextSize = PART_BYTES;
  private freeSlot: (() => void) | undefined;

  /** @param isFirst whether the session had no bytes */
  constructor(
    private readonly objects: ObjectStore,
    private readonly reserve: ReservePart,
    private readonly slots: UploadSlots,
    private readonly isFirst: boolean,
  ) {}

  /** Called before the first `push`. @param begun the bytes of earlier appends; those of a single object or a tail are pushed once more */
  begin({ object, parts }: StagedBytes): void {
    this.object = parts === null ? null : object;
    this.parts = parts;
  }

  /** The objects of this append, which are to be deleted if it fails. */
  get written(): readonly NewObject[] {
    return this.fresh;
  }

  /** @param staged the number of bytes of the session with this chunk */
  async push(chunk: Uint8Array, staged: number): Promise<void> {
    this.buffer.push(chunk, this.nextSize);
    if (this.buffer.size > FREE_BYTES) this.freeSlot ??= await this.slots.take();
    for (let part; (part = this.buffer.takePart(SLACK_BYTES)) !== undefined;) {
      await this.putPart(part, staged);
    }
  }

  /** Writes the rest, and resolves to where all bytes are. */
  async finish(
    staged: number,
  ): Promise<StagedBytes & { readonly newParts: StagedWriter['newParts'] }> {
    const rest = this.buffer.takeAll();
    let tail: ObjectId | null = null;
    const single = this.parts === null && (this.isFirst || rest.byteLength < SLACK_BYTES);
    if (rest.byteLength > 0) {
      if (single) this.object = await this.putObject(rest);
      else if (rest.byteLength >= this.objects.minPartBytes) await this.putPart(rest, staged);
      else tail = await this.putObject(rest);
    }
    await this.sentBut(0);
    const { object, parts, newParts } = this;
    return { object, parts, tail, tailSize: tail === null ? 0 : rest.byteLength, newParts };
  }

  /** Ends the work: waits for what is being written, whatever becomes of it. */
  async end(): Promise<void> {
    await Promise.allSettled(this.sending.map(({ sent }) => sent));
    this.freeSlot?.();
  }

  private async putObject(bytes: Buffer): Promise<ObjectId> {
    const object = newObjectId();
    this.fresh.push({ object, parts: null });
    await this.objects.put(object, bytes);
    return object;
  }

  /** Begins to send a part as soon as there is room for it. */
  private async putPart(bytes: Buffer, staged: number): Promise<void> {
    await this.sentBut(Math.max(SENDING_BYTES - bytes.byteLength, 0));
    const { object, parts } = await this.open();
    const number = await this.reserve(staged);
    this.nextSize = LARGER_PARTS.find(({ from }) => number >= from)?.bytes ?? PART_BYTES;
    const sent = this.send(object, parts, number, bytes);
    this.sending.push({ bytes: bytes.byteLength, sent });
    // The failure is thrown when the part is waited for. Until then nobody else handles it.
    sent.catch(() => undefined);
  }

  /** Waits until at most so many bytes are being sent. @throws the failure of a part */
  private async sentBut(bytes: number): Promise<void> {
    const sum = (): number => this.sending.reduce((before, part) => before + part.bytes, 0);
    while (sum() > bytes) {
      await this.sending[0]?.sent;
      this.sending.shift();
    }
  }

  private async send(
    object: ObjectId,
    parts: string,
    number: number,
    bytes: Buffer,
  ): Promise<void> {
    const stored = await this.objects.putPart(object, parts, number, bytes);
    this.newParts.push({ ...stored, size: bytes.byteLength });
    this.buffer.giveBack(bytes);
  }

  private async open(): Promise<{ object: ObjectId; parts: string }> {
    if (this.object === null || this.parts === null) {
      const object = newObjectId();
      const parts = await this.objects.createParts(object);
      this.fresh.push({ object, parts });
      this.object = object;
      this.parts = parts;
      return { object, parts };
    }
    return { object: this.object, parts: this.parts };
  }
}
