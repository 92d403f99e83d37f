import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { type Request, type Response } from 'express';

import { Requires } from '../../access/guard/requires.js';
import { section } from '../../config/config.module.js';
import { type ServerSettings } from '../../config/sections/server.settings.js';
import { sendBytes, sendEmpty } from '../../http/oci/send.js';

const TEXT = Buffer.from('Berth, a registry for container images. Its API is at /v2/\n');

/** Answers load balancers and people that ask for the root. Not part of the OCI specification. */
@Controller()
export class BaseController {
  constructor(@Inject(section('server')) private readonly settings: ServerSettings) {}

  @Get()
  @Requires('nothing')
  root(@Req() request: Request, @Res() response: Response): void {
    if (this.settings.console === 'off') return sendText(response);
    response.vary('Accept');
    if (request.accepts(['text/plain', 'text/html']) !== 'text/html') return sendText(response);
    sendEmpty(response, 303, { Location: `${lastSegment(request)}console/` });
  }
}

function sendText(response: Response): void {
  sendBytes(response, 200, 'text/plain; charset=utf-8', TEXT);
}

/** Returns what a relative address has to begin with, because it takes the place of the last segment: the root may have no slash. */
function lastSegment({ path }: Request): string {
  const segment = path.slice(path.lastIndexOf('/') + 1);
  return segment === '' ? '' : `${segment}/`;
}
