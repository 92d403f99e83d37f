import { Injectable, RequestMethod, type OnModuleInit } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';

import { Requires } from './requires.js';

type Handlers = Readonly<Record<string, () => unknown>>;

/** Stops the start if a handler has no `@Requires`: a forgotten requirement must not mean open access. */
@Injectable()
export class RequirementCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /** @throws Error that names the handlers */
  onModuleInit(): void {
    const forgotten = this.handlers().filter(
      ({ handler }) => !Reflect.hasMetadata(Requires.KEY, handler),
    );
    if (forgotten.length === 0) return;
    const names = forgotten.map(({ name }) => name).join(', ');
    throw new Error(`handlers without @Requires(…), which must say who may call them: ${names}`);
  }

  private handlers(): { name: string; handler: () => unknown }[] {
    return this.discovery.getControllers().flatMap(({ metatype, instance }) => {
      const controller = Object.getPrototypeOf(instance) as Handlers;
      return this.scanner.getAllMethodNames(controller).flatMap((method) => {
        const handler = controller[method];
        if (handler === undefined || !Reflect.hasMetadata(PATH_METADATA, handler)) return [];
        const verb = RequestMethod[Number(Reflect.getMetadata(METHOD_METADATA, handler))];
        return [{ name: `${String(metatype?.name)}.${method} (${verb})`, handler }];
      });
    });
  }
}
