import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type Request } from 'express';

import { repositoryOf } from '../../http/oci/request-parameters.js';
import { RegistryError } from '../../domain/errors.js';
import { type Action } from '../policy/action.js';
import { CATALOG, type Scope } from '../tokens/scope.js';
import { Authenticator } from './authenticator.js';
import { Requires, type ApiRequirement, type Requirement } from './requires.js';
import { setRights } from './rights-of.js';
import { isUnchallenged } from './unchallenged.js';
import { requestOf } from '../../http/oci/request-of.js';

/** Identifies the caller of each request, and refuses forbidden requests before any content is looked up. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
  ) {}

  /** @throws LoginRequired @throws RegistryError `denied`, `name-invalid` or `too-many-requests` */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const requirement = this.reflector.get(Requires, context.getHandler());
    if (requirement === 'nothing') return true;
    const request = requestOf(context);
    if (requirement === 'login') return this.admitLogin(request, []);
    if (requirement === 'catalog') return this.admitLogin(request, [CATALOG]);
    if (isOfApi(requirement)) return this.admitToApi(request, requirement);
    return this.admitToContent(request, requirement);
  }

  private async admitToContent(request: Request, action: Action): Promise<true> {
    const repository = repositoryOf(request);
    const needed = { repository, actions: [action] };
    try {
      const { rights } = await this.authenticator.identify(request, [needed]);
      setRights(request, rights);
      rights.demand(repository, action);
      return true;
    } catch (error) {
      throw isUnchallenged(request) ? hidden(error) : error;
    }
  }

  private async admitToApi(request: Request, requirement: ApiRequirement): Promise<true> {
    const { rights } = await this.authenticator.identifyForApi(request);
    setRights(request, rights);
    rights.demandApi();
    if (requirement === 'api' || requirement === 'api:change') return true;
    if (requirement === 'api:admin') rights.demandAdmin();
    else rights.demandInApi(repositoryOf(request), API_ACTIONS[requirement]);
    return true;
  }

  /** @param scopes what clients without a valid login are to request */
  private async admitLogin(request: Request, scopes: readonly Scope[]): Promise<true> {
    const { rights, hasCredential, challenge } = await this.authenticator.identify(request, scopes);
    setRights(request, rights);
    if (!hasCredential && !isUnchallenged(request)) throw challenge.forLogin(scopes);
    return true;
  }
}

const API_ACTIONS = { 'api:pull': 'pull', 'api:push': 'push', 'api:delete': 'delete' } as const;

/** Returns a refusal as the error for a repository that does not exist. */
function hidden(error: unknown): unknown {
  const refused =
    error instanceof RegistryError && (error.kind === 'unauthorized' || error.kind === 'denied');
  return refused ? new RegistryError('name-unknown', 'no such repository') : error;
}

function isOfApi(requirement: Requirement): requirement is ApiRequirement {
  return requirement.startsWith('api');
}
