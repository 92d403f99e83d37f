import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Module, Post } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';

import { RequirementCheck } from '../../../src/access/guard/requirement-check.js';
import { Requires } from '../../../src/access/guard/requires.js';

@Controller('v2')
class Careful {
  @Get('a')
  @Requires('pull')
  read(): void {}

  helper(): void {}
}

@Controller('v2')
class Forgetful {
  @Get('b')
  @Requires('nothing')
  read(): void {}

  @Post('b')
  write(): void {}
}

function appOf(...controllers: (typeof Careful | typeof Forgetful)[]) {
  @Module({ imports: [DiscoveryModule], controllers, providers: [RequirementCheck] })
  class App {}
  return Test.createTestingModule({ imports: [App] }).compile();
}

describe('an application', () => {
  it('starts when each handler has a requirement', async () => {
    const module = await appOf(Careful);
    await expect(module.init()).resolves.toBeDefined();
    await module.close();
  });

  it('does not start with a handler without a requirement, and names that handler', async () => {
    const module = await appOf(Careful, Forgetful);
    await expect(module.init()).rejects.toThrow(/: Forgetful\.write \(POST\)$/);
  });
});
