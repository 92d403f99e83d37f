import {
  Controller,
  Get,
  NotFoundException,
  Param,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { parseRepositoryName, Storage } from 'berth-registry';

/** Checks the key that this application requires. Clients of the registry need no key. */
class KeyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, unknown> }>();
    return headers['x-api-key'] === 'a-key';
  }
}

/** Lists the versions of a team's program by its tags in the registry. */
@Controller('releases')
@UseGuards(KeyGuard)
export class ReleasesController {
  constructor(private readonly storage: Storage) {}

  @Get(':team/:program')
  async list(@Param('team') team: string, @Param('program') program: string): Promise<string[]> {
    const repository = parseRepositoryName(`${team}/${program}`);
    if (!(await this.storage.catalog.has(repository))) throw new NotFoundException();
    return Array.fromAsync(this.storage.tags.list(repository));
  }
}
