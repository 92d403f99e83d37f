import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';

const waiting = new WeakMap<IncomingMessage, ServerResponse>();

/** Lets the handlers decide when to send 100 Continue, so that a refused request never sends its body. */
export function deferContinue(server: Server): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    waiting.set(request, response);
    server.emit('request', request, response);
  });
}

/** Tells a client that waits for it to send its body. */
export function askForBody(request: IncomingMessage): void {
  waiting.get(request)?.writeContinue();
  waiting.delete(request);
}

/** Whether the client waits to be told to send its body, and would not send it after another answer. */
export function waitsToSend(request: IncomingMessage): boolean {
  return waiting.has(request);
}
