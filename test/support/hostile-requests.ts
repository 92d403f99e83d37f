import { connect } from 'node:net';

/** Sends requests with random paths, methods, tags and hosts, on one connection at a time. */
export async function sendHostile(port: number, count: number): Promise<void> {
  const batch = 40;
  for (let sent = 0; sent < count; sent += batch) {
    const requests = Array.from({ length: batch }, (_, index) => hostile(sent + index));
    const last = requests.pop()?.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n') ?? '';
    await exchange(port, requests.join('') + last);
  }
}

const METHODS = ['GET', 'HEAD', 'PROPFIND', 'MKCOL', 'DELETE', 'OPTIONS', 'REPORT', 'LOCK'];

const PATHS = [
  (word: string) => `/v2/${word}/manifests/${word}`,
  (word: string) => `/v2/${word}/blobs/${word}`,
  (word: string) => `/v2/${word}/tags/list?n=${word}`,
  (word: string) => `/${word}/${word}`,
  (word: string) => `/v2/${word}/blobs/uploads/${word}`,
];

function hostile(index: number): string {
  const word = Math.random().toString(36).slice(2);
  const method = METHODS[index % METHODS.length] ?? '';
  const path = PATHS[index % PATHS.length]?.(word) ?? '';
  return `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: ${word}\r\n\r\n`;
}

function exchange(port: number, bytes: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    socket.resume().on('close', () => resolve());
    socket.write(bytes);
  });
}
