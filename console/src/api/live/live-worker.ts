/**
 * A shared worker with the one connection of all tabs of a browser: over HTTP/1.1 a browser opens six connections to a registry, and a
 * stream takes one of them for as long as it is open.
 */
import { LiveHub } from './live-hub.js';
import { type LiveRequest } from './live-message.js';

const hub = new LiveHub();

addEventListener('connect', (event) => {
  const [port] = (event as MessageEvent).ports;
  if (port === undefined) return;
  const page = (message: unknown): void => port.postMessage(message);
  port.onmessage = ({ data }: MessageEvent<LiveRequest>) => hub.hear(page, data);
});
