import { type Request } from 'express';

import { claimedName } from '../../access/guard/claimed-name.js';
import { clientAddress } from '../../http/server/origin.js';
import { credentialsOf, nameOfCaller } from './request-event.js';

/** An unverified name may have any length. */
const MAX_NAME_LENGTH = 128;

const MAX_AGENT_LENGTH = 256;

/** Who sent a request, from where, and by which program. */
export interface Caller {
  readonly who: string | undefined;
  readonly from: string;
  /** The `User-Agent`, as the client sent it. */
  readonly agent: string | undefined;
}

export function callerOf(request: Request): Caller {
  return { who: nameOf(request), from: clientAddress(request), agent: agentOf(request) };
}

/** Returns the verified name, else the claimed one, else `undefined`. */
export function nameOf(request: Request): string | undefined {
  const known = nameOfCaller(request);
  if (known !== undefined) return known;
  const credentials = credentialsOf(request);
  const claimed = credentials.scheme === 'basic' ? credentials.name : claimedName(request);
  return claimed?.slice(0, MAX_NAME_LENGTH);
}

function agentOf({ headers }: Request): string | undefined {
  return headers['user-agent']?.slice(0, MAX_AGENT_LENGTH);
}
