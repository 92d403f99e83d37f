import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

import { type Content, type ImageContent } from 'berth-registry/testing';

/** Returns the login header of a person. */
export function login(name: string): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${name}:secret`).toString('base64')}` };
}

/** Pushes as clients do: blobs, then the manifest under `reference`. Resolves to the last response. */
export async function push(
  url: string,
  repository: string,
  reference: string,
  content: Content | ImageContent,
  headers = login('ann'),
): Promise<Response> {
  const { config, layers, descriptor, bytes } = content;
  for (const blob of config === undefined ? layers : [config, ...layers]) {
    const target = `${url}/v2/${repository}/blobs/uploads/?digest=${blob.digest}`;
    const body = Buffer.from(blob.bytes);
    const type = { 'content-type': 'application/octet-stream' };
    const answer = await fetch(target, { method: 'POST', headers: { ...headers, ...type }, body });
    if (answer.status !== 201) return answer;
  }
  return fetch(`${url}/v2/${repository}/manifests/${reference}`, {
    method: 'PUT',
    headers: { ...headers, 'content-type': descriptor.mediaType },
    body: Buffer.from(bytes),
  });
}

/** Returns a function that runs a program from PATH or the folder BERTH_TOOLS. */
export function program(
  name: string,
): ((cwd: string, ...args: string[]) => Promise<string>) | undefined {
  const folders = [
    process.env['BERTH_TOOLS'] ?? '',
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  const path = folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
  if (path === undefined) return undefined;
  return async (cwd, ...args) => (await promisify(execFile)(path, args, { cwd })).stdout;
}
