import { fetchWhole } from './fetch-whole.js';

declare global {
  /** The answer to who looks, which the script of the head has asked for: `app/head.js`. */
  var berthSession: Promise<Response> | undefined;
}

/** Fetches who looks. The first time the answer is already on its way, and it is not used again, because it grows old. */
export async function fetchSession(request: Request): Promise<Response> {
  const early = globalThis.berthSession;
  globalThis.berthSession = undefined;
  const response = await early?.catch(() => undefined);
  return response ?? fetchWhole(request);
}
