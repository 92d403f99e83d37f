import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';

import { Requires } from '../../access/guard/requires.js';
import { MirrorControl } from '../../domain/mirror-control.js';
import { parseTagName } from '../../domain/reference.js';
import { JsonApi } from '../../http/api/json-api.js';
import { RefreshDto, type MirrorsDto, type RefreshedDto } from './mirrors-api.dto.js';
import { shownMirror } from './shown-mirror.js';

/** Mirrors of other registries. All of it needs an administrator. */
@Controller('api/v1/mirrors')
@JsonApi()
export class MirrorsApiController {
  constructor(private readonly mirrors: MirrorControl) {}

  /** Lists the mirrors of the mirrors file, with what each does and has done. */
  @Get()
  @Requires('api:admin')
  list(): MirrorsDto {
    return { mirrors: this.mirrors.list().map(shownMirror) };
  }

  /** Asks the other registry for a tag now, also if its last answer is fresh, and fetches the manifest if that is new. */
  @Post(':mirror/refresh')
  @HttpCode(200)
  @Requires('api:admin')
  async refresh(
    @Param('mirror') mirror: string,
    @Body() { repository, tag }: RefreshDto,
  ): Promise<RefreshedDto> {
    return this.mirrors.refresh(mirror, { repository, tag: parseTagName(tag) });
  }
}
