import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { type Request, type Response } from 'express';

import { Requires } from '../access/guard/requires.js';
import { RegistryError } from '../domain/errors.js';
import { sendBytes, sendEmpty, type Headers } from '../http/oci/send.js';
import { publicOrigin } from '../http/server/origin.js';
import { HASHED, readConsole, type BuiltConsole, type ConsoleFile } from './built-console.js';
import { fillShell, ISOLATED } from './shell.js';

/** The injection token of the folder that a build of the console has written. */
export const CONSOLE_FILES = Symbol('the files of the console');

const NOT_BUILT = Buffer.from(
  'This checkout has no built console. Run npm run build, then load the page again.\n',
);

/** A year, which is the longest that a cache may be asked for. */
const FOR_EVER: Headers = { 'Cache-Control': 'public, max-age=31536000, immutable' };

/** A worker has the rules of its own file, and the console's asks the API. */
const CODE_SECURITY: Headers = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'",
};

/** Serves the console: its files, and the same page for every other path below it. */
@Controller('console')
export class ConsoleController {
  private built: BuiltConsole | undefined;

  constructor(@Inject(CONSOLE_FILES) private readonly folder: string) {}

  @Get()
  @Requires('nothing')
  withoutSlash(@Res() response: Response): void {
    sendEmpty(response, 308, { Location: 'console/' });
  }

  @Get('{*path}')
  @Requires('nothing')
  async get(
    @Param('path') segments: readonly string[] = [],
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    this.built ??= await readConsole(this.folder);
    if (this.built === undefined) {
      return sendBytes(response, 503, 'text/plain; charset=utf-8', NOT_BUILT, NO_STORE);
    }
    const path = segments.join('/');
    const file = this.built.files.get(path);
    if (file !== undefined) return sendFile(request, response, file);
    if (isFilePath(path)) throw noSuchFile();
    const depth = Math.max(0, segments.length - 1);
    const { html, headers } = fillShell(this.built.shell, depth, publicOrigin(request));
    sendBytes(response, 200, 'text/html; charset=utf-8', Buffer.from(html), headers);
  }
}

const NO_STORE: Headers = { 'Cache-Control': 'no-store' };

/** Whether only a file can be at a path. The pages have names of images in their paths, which may end like a file: `app:1.0`. */
function isFilePath(path: string): boolean {
  if (path === 'index.html') return false;
  return path.startsWith(HASHED) || (!path.includes('/') && path.includes('.'));
}

async function sendFile(request: Request, response: Response, file: ConsoleFile): Promise<void> {
  const encoding = file.encodings.find((one) => request.acceptsEncodings(one) === one);
  // Added, because the headers of CORS may have named another header before.
  response.vary('Accept-Encoding');
  sendBytes(response, 200, file.type, await file.read(encoding), {
    ...ISOLATED,
    ...(file.type.startsWith('text/javascript') ? CODE_SECURITY : {}),
    ...(file.hashed ? FOR_EVER : { 'Cache-Control': 'no-cache' }),
    ...(encoding === undefined ? {} : { 'Content-Encoding': encoding }),
  });
}

function noSuchFile(): RegistryError {
  const advice = 'load the console again: another version has other files';
  return new RegistryError('path-unknown', 'the console has no such file', { advice });
}
