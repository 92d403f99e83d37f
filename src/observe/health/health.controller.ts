import { Controller, Get, Res } from '@nestjs/common';
import { type Response } from 'express';

import { Requires } from '../../access/guard/requires.js';
import { sendJson } from '../../http/oci/send.js';

/** Reports to a supervisor that the registry serves. Not part of the OCI specification. */
@Controller('health')
export class HealthController {
  @Get()
  @Requires('nothing')
  health(@Res() response: Response): void {
    sendJson(response, 200, { status: 'ok' });
  }
}
