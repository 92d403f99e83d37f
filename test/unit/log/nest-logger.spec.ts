import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger, type LoggerService } from '@nestjs/common';

import { createRegistryApp } from '../../../src/app/bootstrap.js';
import { loadSettings } from '../../../src/config/settings.js';
import { withNestLogger } from '../../../src/log/nest-logger.js';
import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';
import { pause } from '../../../src/storage/contract/fixtures.js';

/** Collects every line with its level, its text and its context. */
class Kept implements LoggerService {
  readonly lines: string[] = [];

  log = this.keep('log');
  error = this.keep('error');
  warn = this.keep('warn');
  debug = this.keep('debug');

  private keep(level: string): (...words: unknown[]) => void {
    return (...words) => void this.lines.push([level, ...words].join(' '));
  }
}

describe('the Nest logger of a process', () => {
  const others = new Kept();
  const logger = new Logger('Host');
  beforeEach(() => {
    Logger.overrideLogger(others);
  });
  afterEach(() => {
    Logger.overrideLogger(new Logger());
    others.lines.length = 0;
  });

  it('is the previous one again after a registry was created', async () => {
    const settings = loadSettings({ REGISTRY_STORAGE_DRIVER: 'memory' });
    const storage = createMemoryStorage({ maxBytes: 1024 });
    const own = new Kept();

    const app = await createRegistryApp(settings, storage, own);
    await app.close();
    logger.log('afterwards');

    expect(others.lines).toEqual(['log afterwards Host']);
    expect(own.lines).toContainEqual(expect.stringMatching(/^debug .*BlobsController/));
  });

  it('still gets the lines of others while registries are created, also several at once', async () => {
    const [one, two] = [new Kept(), new Kept()];
    const make = (kept: Kept, name: string, ms: number) =>
      withNestLogger(kept, async () => {
        logger.log(`${name} begins`);
        await pause(ms);
        logger.error(`${name} ends`);
      });

    const both = Promise.all([make(one, 'one', 5), make(two, 'two', 20)]);
    logger.log('meanwhile');
    await both;
    logger.log('afterwards');

    expect(one.lines).toEqual(['debug one begins Host', expect.stringContaining('error one ends')]);
    expect(two.lines).toEqual(['debug two begins Host', expect.stringContaining('error two ends')]);
    expect(others.lines).toEqual(['log meanwhile Host', 'log afterwards Host']);
  });

  it('stays the one that was set while a registry was created', async () => {
    const another = new Kept();
    await withNestLogger(false, async () => {
      Logger.overrideLogger(another);
    });
    logger.log('afterwards');

    expect(another.lines).toEqual(['log afterwards Host']);
  });
});
