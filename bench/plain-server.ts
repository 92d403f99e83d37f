/**
 * A very simple server that responds like a registry and keeps nothing: the least that the same requests can cost. The guard
 * compares Berth with it.
 *
 *   node bench/plain-server.ts PORT
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

const BODY = Buffer.alloc(500, ' ');
const PIECE = Buffer.alloc(1024 * 1024);
/** The size of the last upload, which every download gets. */
let size = 0;

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const isBlob = request.url?.includes('/blobs/sha256:') === true;
  if (request.method === 'GET' && isBlob) return sendBlob(response);
  if (request.method === 'GET' || request.method === 'HEAD') {
    response.writeHead(200, { 'Content-Length': BODY.byteLength }).end(BODY);
    return;
  }
  const received = await receive(request);
  if (request.method === 'PATCH') size = received;
  const status = request.method === 'PUT' ? 201 : 202;
  response.writeHead(status, { Location: '/v2/x/blobs/uploads/1', 'Content-Length': 0 }).end();
}

async function receive(request: IncomingMessage): Promise<number> {
  const hash = createHash('sha256');
  let received = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    hash.update(chunk);
    received += chunk.byteLength;
  }
  hash.digest();
  return received;
}

async function sendBlob(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'Content-Length': size });
  for (let left = size; left > 0; left -= PIECE.byteLength) {
    const piece = PIECE.subarray(0, Math.min(left, PIECE.byteLength));
    await new Promise((resolve) => response.write(piece, resolve));
  }
  response.end();
}

createServer((request, response) => {
  answer(request, response).catch(() => response.destroy());
}).listen(Number(process.argv[2]), '127.0.0.1');
