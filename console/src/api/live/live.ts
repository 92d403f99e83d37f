import { useEffect, useSyncExternalStore } from 'react';

import { REGISTRY_URL } from '../client.js';
import { LiveHub, type Listener } from './live-hub.js';
import { type LiveMessage, type LiveRequest, type LiveState } from './live-message.js';

const listeners = new Set<Listener>();
let state: LiveState = 'connecting';
let momentWishes = 0;
let send: ((request: LiveRequest) => void) | undefined;

function hear(message: LiveMessage): void {
  if (message.kind === 'state') state = message.state;
  for (const listener of listeners) listener(message);
}

/** Opens the connection that all tabs share. Where the browser has no shared workers, the page has one of its own. */
function open(): (request: LiveRequest) => void {
  const hub = new LiveHub();
  const alone = (request: LiveRequest): void => hub.hear(hear, request);
  if (typeof SharedWorker === 'undefined') return alone;
  const worker = new SharedWorker(new URL('./live-worker.ts', import.meta.url), {
    name: 'berth-live',
  });
  worker.port.onmessage = ({ data }: MessageEvent<LiveMessage>) => hear(data);
  worker.onerror = () => {
    send = alone;
    follow();
  };
  return (request) => worker.port.postMessage(request);
}

function follow(): void {
  send?.({ kind: 'follow', registry: REGISTRY_URL, withMoment: momentWishes > 0 });
}

/** Begins to follow the events of the registry, for all pages of this tab. */
export function startLive(): () => void {
  send ??= open();
  const leave = (): void => send?.({ kind: 'leave' });
  follow();
  addEventListener('pagehide', leave);
  // A page that the browser has kept comes back by this.
  addEventListener('pageshow', follow);
  addEventListener('online', reconnectLive);
  return () => {
    leave();
    removeEventListener('pagehide', leave);
    removeEventListener('pageshow', follow);
    removeEventListener('online', reconnectLive);
  };
}

/** Tries to connect now, because the login or the network has changed. */
export function reconnectLive(): void {
  send?.({ kind: 'reconnect' });
}

/** Calls `listener` with each message until the returned function is called. */
export function onLive(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Returns whether events arrive now. */
export function useLiveState(): LiveState {
  return useSyncExternalStore(onLive, () => state);
}

/** Lets the stream have events about the present moment, such as the progress of pushes, while the calling component is shown. */
export function useMomentEvents(): void {
  useEffect(() => {
    momentWishes++;
    follow();
    return () => {
      momentWishes--;
      follow();
    };
  }, []);
}
