import { Controller, Get, Res } from '@nestjs/common';
import { type Response } from 'express';

import { Requires } from '../../access/guard/requires.js';
import { sendBytes } from '../../http/oci/send.js';

const TEXT = Buffer.from('Berth, a registry for container images. Its API is at /v2/\n');

/** Answers load balancers and people that ask for the root. Not part of the OCI specification. */
@Controller()
export class BaseController {
  @Get()
  @Requires('nothing')
  root(@Res() response: Response): void {
    sendBytes(response, 200, 'text/plain; charset=utf-8', TEXT);
  }
}
