import { type IncomingMessage } from 'node:http';

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

import { type Rights } from './rights.js';
import { RequestValue } from '../../http/server/request-value.js';
import { requestOf } from '../../http/oci/request-of.js';

const known = new RequestValue<Rights>('rights');

export function setRights(request: IncomingMessage, rights: Rights): void {
  known.set(request, rights);
}

/** Returns the rights of the caller, or `undefined` if the request needs nothing or was refused before they were known. */
export function rightsOf(request: IncomingMessage): Rights | undefined {
  return known.get(request);
}

/** Passes the rights of the caller to handlers that touch more than the repository of the path. */
export const RightsOfCaller = createParamDecorator((_: unknown, context: ExecutionContext) =>
  rightsOf(requestOf(context)),
);
