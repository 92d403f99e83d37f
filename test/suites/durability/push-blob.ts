import { setTimeout as sleep } from 'node:timers/promises';

import { bytesOf, type Content } from './contents.ts';
import type { Ledger, OpenUpload } from './ledger.ts';
import { between, chance } from './random.ts';
import { UnexpectedAnswer, type Answer, type RegistryClient } from './registry-client.ts';

/** The client that pushes, and the ledger that records what was acknowledged. */
export interface Pusher {
  readonly client: RegistryClient;
  readonly ledger: Ledger;
}

const RESUME_ATTEMPTS = 10;
const RESUME_PAUSE_MS = 50;

type Way = (pusher: Pusher, repository: string, content: Content) => Promise<void>;

/** Pushes one blob in one of the ways of the specification. */
export const WAYS: readonly Way[] = [
  inOneRequest,
  inTwoRequests,
  asStream,
  inChunks,
  inChunksInterrupted,
];

async function inOneRequest(
  { client, ledger }: Pusher,
  repository: string,
  content: Content,
): Promise<void> {
  const path = `/v2/${repository}/blobs/uploads/?digest=${content.digest}`;
  await client.expect(201, 'POST', path, { body: bytesOf(content) });
  ledger.addBlob(repository, content);
}

async function inTwoRequests(pusher: Pusher, repository: string, content: Content): Promise<void> {
  const upload = await begin(pusher, repository, content);
  await close(pusher, upload);
}

async function asStream(pusher: Pusher, repository: string, content: Content): Promise<void> {
  const upload = await begin(pusher, repository, content);
  const bytes = bytesOf(content);
  const middle = between(2, content.size - 2);
  upload.sent = content.size;
  const body = [bytes.subarray(0, middle), bytes.subarray(middle)];
  await pusher.client.expect(202, 'PATCH', upload.location, { body });
  upload.acknowledged = content.size;
  await close(pusher, upload);
}

async function inChunks(pusher: Pusher, repository: string, content: Content): Promise<void> {
  const upload = await begin(pusher, repository, content);
  const chunk = Math.ceil(content.size / between(2, 5));
  for (let end = chunk; end < content.size; end += chunk) await append(pusher, upload, end);
  // The closing request has the last chunk, or an empty body.
  if (chance(0.5)) await append(pusher, upload, content.size);
  await close(pusher, upload);
}

async function inChunksInterrupted(
  pusher: Pusher,
  repository: string,
  content: Content,
): Promise<void> {
  const upload = await begin(pusher, repository, content);
  await append(pusher, upload, between(2, content.size - 2));
  const rest = bytesOf(content).subarray(upload.acknowledged);
  const part = rest.subarray(0, between(2, rest.byteLength));
  upload.sent += part.byteLength;
  await pusher.client.breakOff('PATCH', upload.location, rest.byteLength + 1, part);
  await resume(pusher, upload);
}

/** Begins a session and leaves it with some bytes, for the time after the server's next start. */
export async function leaveUnfinished(
  pusher: Pusher,
  repository: string,
  content: Content,
): Promise<void> {
  const upload = await begin(pusher, repository, content);
  if (chance(0.8)) await append(pusher, upload, between(2, content.size));
}

/**
 * Sends all bytes of a blob, and leaves the closing request incomplete, so that the server is busy
 * with it when it is killed.
 */
export async function leaveClosing(
  pusher: Pusher,
  repository: string,
  content: Content,
): Promise<void> {
  const upload = await begin(pusher, repository, content);
  await append(pusher, upload, content.size);
  upload.closing = true;
  pusher.client.leaveOpen('PUT', closingPath(upload));
}

/** Asks for the session's Range and continues there. */
export async function resume(pusher: Pusher, upload: OpenUpload): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    upload.acknowledged = await offsetOf(pusher, upload);
    try {
      if (upload.acknowledged < upload.content.size && chance(0.5)) {
        await append(pusher, upload, upload.content.size);
      }
      return await close(pusher, upload);
    } catch (error) {
      // Bytes of the interrupted chunk may have been counted between the two requests.
      const moved = error instanceof UnexpectedAnswer && error.status === 416;
      if (!moved || attempt === RESUME_ATTEMPTS) throw error;
      await sleep(RESUME_PAUSE_MS);
    }
  }
}

async function offsetOf({ client }: Pusher, upload: OpenUpload): Promise<number> {
  return offsetIn(await client.expect(204, 'GET', upload.location), upload);
}

/** Returns how many bytes the server reports. @throws UnexpectedAnswer if that is impossible */
export function offsetIn(answer: Answer, { location, sent }: OpenUpload): number {
  const header = answer.headers.range ?? '';
  const last = Number(/^0-(\d+)$/.exec(header)?.[1]);
  // Zero bytes and one byte are both `0-0`; no client here sends a single byte.
  const offset = last === 0 ? 0 : last + 1;
  if (offset <= sent) return offset;
  throw new UnexpectedAnswer(`GET ${location}: Range ${header} after ${sent} bytes`, answer);
}

async function begin(
  { client, ledger }: Pusher,
  repository: string,
  content: Content,
): Promise<OpenUpload> {
  const path = `/v2/${repository}/blobs/uploads/`;
  const { headers } = await client.expect(202, 'POST', path);
  const location = headers.location ?? '';
  const upload = { repository, content, location, acknowledged: 0, sent: 0, closing: false };
  ledger.uploads.add(upload);
  return upload;
}

async function append({ client }: Pusher, upload: OpenUpload, end: number): Promise<void> {
  const start = upload.acknowledged;
  upload.sent = Math.max(upload.sent, end);
  const answer = await client.expect(202, 'PATCH', upload.location, {
    headers: { 'Content-Range': `${start}-${end - 1}` },
    body: bytesOf(upload.content).subarray(start, end),
  });
  const range = answer.headers.range ?? '-';
  if (range !== `0-${end - 1}`) {
    throw new UnexpectedAnswer(`PATCH ${upload.location}: Range ${range}, not to ${end}`, answer);
  }
  upload.acknowledged = end;
}

async function close({ client, ledger }: Pusher, upload: OpenUpload): Promise<void> {
  const { repository, content, acknowledged } = upload;
  const body = bytesOf(content).subarray(acknowledged);
  const range = { 'Content-Range': `${acknowledged}-${content.size - 1}` };
  upload.sent = content.size;
  upload.closing = true;
  await client.expect(201, 'PUT', closingPath(upload), {
    headers: acknowledged > 0 && body.byteLength > 0 ? range : {},
    body,
  });
  ledger.uploads.delete(upload);
  ledger.addBlob(repository, content);
}

function closingPath({ location, content }: OpenUpload): string {
  return `${location}${location.includes('?') ? '&' : '?'}digest=${content.digest}`;
}
