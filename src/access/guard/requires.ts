import { Reflector } from '@nestjs/core';

import { type Action } from '../policy/action.js';

/**
 * A request's requirement: a right in the repository of its path, a login, or nothing. `catalog` is a login whose challenge names
 * the scope of the catalog. Handlers that require it leave out what the caller may not read.
 */
export type Requirement = Action | 'login' | 'catalog' | 'nothing';

/** Declares what a handler's requests need. `AuthModule` does not start if a handler lacks it. */
export const Requires = Reflector.createDecorator<Requirement>();
