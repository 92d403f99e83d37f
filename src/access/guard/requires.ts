import { Reflector } from '@nestjs/core';

import { type Action } from '../policy/action.js';

/**
 * A request's requirement: a right in the repository of its path, a login, or nothing. `catalog` is a login whose challenge names
 * the scope of the catalog. Handlers that require it leave out what the caller may not read.
 */
export type Requirement = Action | 'login' | 'catalog' | 'nothing' | ApiRequirement;

/**
 * The requirement of a request to the API: its use, its use to change content, an administrator, or a right in the repository of the
 * path. A repository that the caller may not pull does not exist there.
 */
export type ApiRequirement = 'api' | 'api:change' | 'api:admin' | `api:${Action}`;

/** Declares what a handler's requests need. `AuthModule` does not start if a handler lacks it. */
export const Requires = Reflector.createDecorator<Requirement>();
