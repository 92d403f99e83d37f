import { type IncomingMessage } from 'node:http';

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

import { type Rights } from './rights.js';

const known = new WeakMap<IncomingMessage, Rights>();

export function setRights(request: IncomingMessage, rights: Rights): void {
  known.set(request, rights);
}

/** What was found out about who sent `request`; `undefined` for one that needs nothing, or was refused before that. */
export function rightsOf(request: IncomingMessage): Rights | undefined {
  return known.get(request);
}

/** Returns the rights of the caller, for handlers that touch more than the repository of the path. */
export const RightsOfCaller = createParamDecorator((_: unknown, context: ExecutionContext) =>
  rightsOf(context.switchToHttp().getRequest<IncomingMessage>()),
);
