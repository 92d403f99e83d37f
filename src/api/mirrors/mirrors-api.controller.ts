import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { type Request, type Response } from 'express';

import { Requires } from '../../access/guard/requires.js';
import { MirrorControl } from '../../domain/mirror-control.js';
import { parseTagName } from '../../domain/reference.js';
import { JsonApi } from '../../http/api/json-api.js';
import { sendLines } from '../../http/api/send-lines.js';
import { withBeats } from '../../http/api/with-beats.js';
import {
  FetchImagesDto,
  RemoteTagDto,
  type MirrorReasonsDto,
  type MirrorsDto,
  type RefreshedDto,
} from './mirrors-api.dto.js';
import { shownMirror, shownReasons } from './shown-mirror.js';

/** How often at least a line is sent, because proxies and clients end silent connections. In milliseconds. */
const BEAT_MS = 15_000;

/** Mirrors of other registries. All of it needs an administrator. */
@Controller('api/v1/mirrors')
@JsonApi()
export class MirrorsApiController {
  constructor(private readonly mirrors: MirrorControl) {}

  /** Lists the mirrors of the mirrors file, with what each does and has done. */
  @Get()
  @Requires('api:admin')
  async list(): Promise<MirrorsDto> {
    return { mirrors: (await this.mirrors.list()).map(shownMirror) };
  }

  /** Asks the other registry for a tag now, also if its last answer is fresh, and fetches the manifest if that is new. */
  @Post(':mirror/refresh')
  @HttpCode(200)
  @Requires('api:admin')
  async refresh(
    @Param('mirror') mirror: string,
    @Body() { repository, tag }: RemoteTagDto,
  ): Promise<RefreshedDto> {
    return this.mirrors.refresh(mirror, { repository, tag: parseTagName(tag) });
  }

  /** Returns what is known of a tag, and what the next pull of it gets. Nothing is asked. */
  @Get(':mirror/why')
  @Requires('api:admin')
  async why(
    @Param('mirror') mirror: string,
    @Query() { repository, tag }: RemoteTagDto,
  ): Promise<MirrorReasonsDto> {
    return shownReasons(await this.mirrors.why(mirror, { repository, tag: parseTagName(tag) }));
  }

  /**
   * Fetches images that no client has asked for yet, and stores them. Streams one line of JSON for each manifest that is stored with all
   * its blobs, and for each image that failed; the last line has both counts. It ends when the client leaves.
   */
  @Post(':mirror/warm')
  @HttpCode(200)
  @Requires('api:admin')
  async warm(
    @Param('mirror') mirror: string,
    @Body() { images }: FetchImagesDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const left = new AbortController();
    response.once('close', () => left.abort());
    const steps = await this.mirrors.warm(mirror, left.signal, images);
    const lines = withBeats<object>(steps, { working: true }, BEAT_MS);
    await sendLines(request, response, lines, (line) => line).catch((error: unknown) => {
      if (!left.signal.aborted) throw error;
    });
  }
}
