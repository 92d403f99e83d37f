import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

import { Requires, type Requirement } from '../../access/guard/requires.js';
import { section } from '../../config/config.module.js';
import { type ContentSettings } from '../../config/sections/content.settings.js';
import { RegistryError } from '../../domain/errors.js';
import { Storage } from '../../storage/ports/storage.js';
import { requestOf } from '../../http/oci/request-of.js';

/** The requirements of requests that change content. */
const CHANGES: readonly Requirement[] = ['push', 'delete', 'api:push', 'api:delete', 'api:change'];

/** Refuses pushes and deletes while the registry is read-only, after the caller's rights are known. */
@Injectable()
export class ReadOnlyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    @Inject(section('content')) private readonly settings: ContentSettings,
    private readonly storage: Storage,
  ) {}

  /**
   * Responds at once to whatever writes nothing, because Nest waits for each promise of a guard.
   *
   * @throws RegistryError `denied`
   */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const requirement = this.reflector.get(Requires, context.getHandler());
    if (!CHANGES.includes(requirement)) return true;
    const { method } = requestOf(context);
    return method === 'GET' || method === 'HEAD' || this.acceptWrite();
  }

  private acceptWrite(): boolean | Promise<boolean> {
    const isOn = this.settings.readOnly || (this.storage.readOnly?.isOn() ?? false);
    return typeof isOn === 'boolean' ? accept(isOn) : isOn.then(accept);
  }
}

/** @throws RegistryError `denied` */
function accept(isReadOnly: boolean): boolean {
  if (!isReadOnly) return true;
  throw new RegistryError('denied', 'the registry is read-only: it accepts no pushes and deletes', {
    advice: 'try again when its operator has switched this off',
  });
}
