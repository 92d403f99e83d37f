import { Reflector } from '@nestjs/core';

import { type Action } from '../policy/action.js';

/**
 * What a request needs: a right in the repository of its path; a login, whatever it is good for; a login, where the answer itself
 * leaves out what one may not read; or nothing.
 */
export type Requirement = Action | 'login' | 'nothing';

/** Says what a handler's requests need. `AuthModule` does not start with a handler that does not say. */
export const Requires = Reflector.createDecorator<Requirement>();
