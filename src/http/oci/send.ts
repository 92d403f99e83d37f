import { type Request, type Response } from 'express';

import { type Digest } from '../../domain/digest.js';
import { endAfterRequest } from '../server/unread-body.js';

export type Headers = Readonly<Record<string, string | number>>;

/** Sends a response without a body. */
export function sendEmpty(response: Response, status: number, headers: Headers = {}): void {
  // 204 and 304 have no content, so they must have no length either (RFC 9110, section 8.6).
  const length = status === 204 || status === 304 ? {} : { 'Content-Length': 0 };
  writeHead(response, status, { ...headers, ...length });
  endAfterRequest(response);
}

/** Sends exactly these bytes with exactly this type. Express would add a charset and an ETag. */
export function sendBytes(
  response: Response,
  status: number,
  contentType: string,
  bytes: Uint8Array,
  headers: Headers = {},
): void {
  sendContent(response, status, contentType, bytes, headers);
}

/** Sends a JSON response. */
export function sendJson(
  response: Response,
  status: number,
  body: unknown,
  headers: Headers = {},
  contentType = 'application/json',
): void {
  sendContent(response, status, contentType, JSON.stringify(body), headers);
}

/** Responds to a HEAD request for content of `size` bytes. */
export function sendHead(response: Response, size: number, headers: Headers): void {
  writeHead(response, 200, { ...headers, 'Content-Length': size });
  endAfterRequest(response);
}

/** Whether the client has a cached copy to compare. If it is current, the content need not be opened. */
export function isConditional(request: Request): boolean {
  return request.headers['if-none-match'] !== undefined;
}

/** Sends a 304 if the client already has the content, whose ETag is its digest. Returns whether it did. */
export function sendNotModified(request: Request, response: Response, digest: Digest): boolean {
  const header = request.headers['if-none-match'];
  if (header === undefined) return false;
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (!tags.includes('*') && !tags.includes(etagOf(digest))) return false;
  sendEmpty(response, 304, digestHeaders(digest));
  return true;
}

/** Returns the strong ETag of content with this digest. RFC 9110, section 8.8.3. */
export function etagOf(digest: Digest): string {
  return `"${digest.toString()}"`;
}

/** Returns the headers that identify content. */
export function digestHeaders(digest: Digest): Headers {
  return { 'Docker-Content-Digest': digest.toString(), ETag: etagOf(digest) };
}

function sendContent(
  response: Response,
  status: number,
  contentType: string,
  body: Uint8Array | string,
  headers: Headers,
): void {
  const length = Buffer.byteLength(body);
  writeHead(response, status, {
    ...headers,
    'Content-Type': contentType,
    'Content-Length': length,
  });
  endAfterRequest(response, body);
}

function writeHead(response: Response, status: number, headers: Headers): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}
