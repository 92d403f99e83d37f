import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

import { Requires, type Requirement } from '../../access/guard/requires.js';
import { RegistryError } from '../../domain/errors.js';
import { repositoryOf } from '../../http/oci/request-parameters.js';
import { type CurrentMirrors } from '../plan/current-mirrors.js';
import { requestOf } from '../../http/oci/request-of.js';

/** The requirements of requests that add content or tags. */
const PUSHES: readonly Requirement[] = ['push', 'api:push'];

/**
 * Refuses pushes to the names of mirrors. It runs before the login, so that the client learns the reason and not that it lacks a right.
 */
@Injectable()
export class MirrorPushesGuard implements CanActivate {
  private readonly reflector = new Reflector();

  constructor(private readonly mirrors: CurrentMirrors) {}

  /** @throws RegistryError `denied` */
  canActivate(context: ExecutionContext): boolean {
    const requirement = this.reflector.get(Requires, context.getHandler());
    if (!PUSHES.includes(requirement)) return true;
    const repository = repositoryOf(requestOf(context));
    const found = this.mirrors.names.find(repository);
    if (found === undefined) return true;
    const { name } = found.mirror;
    const advice = `push to a name that does not begin with ${name}/`;
    throw new RegistryError('denied', `${name} is a mirror; push to another name`, { advice });
  }
}
