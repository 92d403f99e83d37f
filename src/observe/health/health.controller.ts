import { Controller, Get, Res } from '@nestjs/common';
import { type Response } from 'express';

import { Requires } from '../../access/guard/requires.js';
import { sendJson } from '../../http/oci/send.js';
import { Log, type PartLog } from '../../log/log.js';
import { Storage } from '../../storage/ports/storage.js';

/** Reports to a supervisor whether the registry can serve. Not part of the OCI specification. */
@Controller('health')
export class HealthController {
  private readonly log: PartLog;
  /** The last reason that was logged: a supervisor asks every few seconds. */
  private logged = '';

  constructor(
    private readonly storage: Storage,
    log: Log,
  ) {
    this.log = log.of('Health');
  }

  @Get()
  @Requires('nothing')
  async health(@Res() response: Response): Promise<void> {
    const reason = await this.reasonAgainst();
    if (reason !== '' && reason !== this.logged) this.log.error(reason);
    this.logged = reason;
    // The reason has a path in it, which is for the log only.
    if (reason === '') sendJson(response, 200, { status: 'ok' });
    else sendJson(response, 503, { status: 'unavailable', reason: 'the storage cannot be used' });
  }

  /** Resolves to why the registry cannot serve, or to an empty text if it can. */
  private async reasonAgainst(): Promise<string> {
    try {
      await this.storage.ready?.();
      return '';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}
