import { once } from 'node:events';
import { connect } from 'node:net';

import { readAll } from '../../../src/storage/contract/fixtures.js';

/** One raw request. */
export interface RawRequest {
  readonly method: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Sends a request on its own connection, and returns all bytes until the server closes it. */
export async function exchange(port: number, request: RawRequest): Promise<Buffer> {
  const { method, target, headers = {}, body = '' } = request;
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const isPlain = body.length > 0 && headers['Transfer-Encoding'] === undefined;
  const announced = isPlain ? { 'Content-Length': String(Buffer.byteLength(body)) } : {};
  const all = { Host: 'registry.test', Connection: 'close', ...announced, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`);
  socket.write(body);
  return readAll(socket as AsyncIterable<Uint8Array>);
}

const RANDOM = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g;

/** Returns a response as text, one character for each byte, without the parts that change each time. */
export function withoutChance(answer: Buffer): string {
  return answer
    .toString('latin1')
    .replace(/^Date: .*\r\n/gim, '')
    .replace(RANDOM, 'RANDOM')
    .replace(/^(X-Request-Id: )[\da-f]{16}/gm, '$1RANDOM');
}

/** Returns the value of a header in a raw response. */
export function headerOf(answer: Buffer, name: string): string | undefined {
  const head = answer.toString('latin1').split('\r\n\r\n', 1)[0] ?? '';
  return new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1];
}
