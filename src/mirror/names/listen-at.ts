import { createServer, type Server } from 'node:net';

import { InvalidFile } from '../../files/invalid-file.js';
import { type CurrentMirrors } from '../plan/current-mirrors.js';

/**
 * Listens at an address of the mirrors file, such as `127.0.0.1:5001`.
 *
 * @param path the mirrors file, for the message
 * @throws InvalidFile if the address cannot be used
 */
export async function listenAt(server: Server, address: string, path: string): Promise<void> {
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(Number(port), host, () => {
      server.off('error', reject);
      resolve();
    });
  }).catch((cause: unknown) => {
    const { code } = cause as NodeJS.ErrnoException;
    const reason =
      code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be used: ${code}`;
    const message = `listen: ${address} ${reason}; choose another address or port`;
    throw new InvalidFile(path, [{ message }], { cause });
  });
}

/**
 * Checks that the addresses of the mirrors file can be used, and leaves them free. Each worker that found one taken would end, and be
 * replaced by the next one.
 *
 * @throws InvalidFile
 */
export async function checkAddresses({ path, value }: CurrentMirrors): Promise<void> {
  for (const address of value.listen.keys()) {
    const server = createServer();
    await listenAt(server, address, path);
    await new Promise((resolve) => server.close(resolve));
  }
}
