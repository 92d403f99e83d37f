import { type IncomingMessage } from 'node:http';

import { type Session } from '../identity/sessions.js';
import { RequestValue } from '../../http/server/request-value.js';

const sessions = new RequestValue<Session>('session');

/** Records the session that logged a request in, or that it has opened. */
export function setSession(request: IncomingMessage, session: Session): void {
  sessions.set(request, session);
}

/** Returns the recorded session, or `undefined` for one with another login or none. */
export function sessionOf(request: IncomingMessage): Session | undefined {
  return sessions.get(request);
}
