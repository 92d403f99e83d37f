import { type CanActivate, type DynamicModule, type Provider } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type RequestHandler } from 'express';

import { OtherAddresses } from '../../http/server/other-addresses.js';
import { Log } from '../../log/log.js';
import { type CurrentMirrors } from '../plan/current-mirrors.js';
import { MirrorListeners, type ListenerOptions } from './mirror-listeners.js';
import { MirrorNamesModule } from './mirror-names.module.js';
import { MirrorPushesGuard } from './mirror-pushes.guard.js';
import { routeToMirrors } from './mirror-routing.js';

/** What the names of mirrors add to an application. */
export interface MirrorNaming {
  readonly module: DynamicModule;
  /** Provides the addresses at which mirrors are served. */
  readonly addresses: Provider;
  /** Runs before the login. */
  readonly guard: CanActivate;
  /** Runs before anything reads the name of a repository. */
  readonly middleware: RequestHandler;
}

/** Returns the parts of an application that decide which repository is meant. @param path the path prefix of `/v2` */
export function mirrorNaming(
  mirrors: CurrentMirrors,
  path: string,
  options: ListenerOptions,
): MirrorNaming {
  return {
    module: MirrorNamesModule.with(mirrors),
    addresses: {
      provide: OtherAddresses,
      inject: [HttpAdapterHost, Log],
      useFactory: (host: HttpAdapterHost, log: Log) =>
        new MirrorListeners(mirrors, host, options, log.of('Mirror')),
    },
    guard: new MirrorPushesGuard(mirrors),
    middleware: routeToMirrors(mirrors, path),
  };
}
