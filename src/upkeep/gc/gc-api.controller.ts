import { Controller, Get, HttpCode, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { type Request, type Response } from 'express';

import { Requires } from '../../access/guard/requires.js';
import { section } from '../../config/config.module.js';
import { type GcSettings } from '../../config/sections/gc.settings.js';
import { RegistryError } from '../../domain/errors.js';
import { JsonApi } from '../../http/api/json-api.js';
import { sendLines } from '../../http/api/send-lines.js';
import { type CollectedEntry, type Collector } from '../../storage/ports/collector.js';
import { Storage } from '../../storage/ports/storage.js';
import { collectionRules } from './collection-rules.js';
import { CollectorQuery, CollectorStatusDto, StartedDto, type PassDto } from './gc-api.dto.js';
import { recentPasses } from './recent-passes.js';
import { GcScheduler, type PassReport } from './gc.scheduler.js';

/** Why an entry of each kind is collected. */
const REASONS: Readonly<Record<CollectedEntry['kind'], string>> = {
  manifests: 'no tag reaches the manifest',
  referrers: 'the referrer was deleted',
  blobs: 'no manifest references the blob',
};

/** The collector. All of it needs an administrator. */
@Controller('api/v1/gc')
@JsonApi()
export class GcApiController {
  constructor(
    private readonly storage: Storage,
    private readonly scheduler: GcScheduler,
    @Inject(section('gc')) private readonly settings: GcSettings,
  ) {}

  /** Returns when the collector ran and runs, and by which rules. */
  @Get()
  @Requires('api:admin')
  async status(@Query() { recent }: CollectorQuery): Promise<CollectorStatusDto> {
    const { running, nextAt, last } = this.scheduler.status;
    const { graceMs, keepUntagged, uploadTtlMs } = collectionRules(this.settings);
    return {
      running,
      intervalMs: this.settings.intervalMs,
      ...(nextAt !== undefined && { nextAt: new Date(nextAt).toISOString() }),
      ...(last && { last: shown(last) }),
      recent: recent === 0 ? [] : await recentPasses(this.storage.outbox, recent),
      rules: { graceMs, keepUntagged, uploadTtlMs },
    };
  }

  /** Streams one line of JSON for each thing that a collection would remove now, with the reason and the bytes freed. */
  @Get('plan')
  @Requires('api:admin')
  async plan(@Req() request: Request, @Res() response: Response): Promise<void> {
    const entries = this.collector().preview(collectionRules(this.settings));
    await sendLines(request, response, entries, ({ digest, kind, ...rest }) => {
      return { ...rest, kind, digest: digest.toString(), why: REASONS[kind] };
    });
  }

  /** Starts a collection. */
  @Post('run')
  @HttpCode(202)
  @Requires('api:admin')
  async run(): Promise<StartedDto> {
    if ((await this.storage.readOnly?.isOn()) === true) {
      const advice = 'make the storage writable first: berth read-only off';
      throw new RegistryError('denied', 'the storage is read-only, so nothing is collected', {
        advice,
      });
    }
    if (await this.scheduler.runNow(this.collector())) return { started: true };
    const advice = 'try again after it, or two minutes after it was killed';
    throw new RegistryError('collection-running', 'another collection runs on this storage', {
      advice,
    });
  }

  private collector(): Collector {
    const { collector } = this.storage;
    if (collector !== undefined) return collector;
    const { description } = this.storage;
    const message = 'nothing is ever collected from this storage';
    throw new RegistryError('denied', message, { storage: description });
  }
}

function shown({ result, endedAt, milliseconds, freedBytes }: PassReport): PassDto {
  return {
    result,
    endedAt: new Date(endedAt).toISOString(),
    milliseconds: Math.round(milliseconds),
    freedBytes,
  };
}
