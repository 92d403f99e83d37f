import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';

const waiting = new WeakMap<IncomingMessage, ServerResponse>();

/** Lets the handlers decide when to send 100 Continue, so that the client of a refused request never sends its body. */
export function deferContinue(server: Server): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    waiting.set(request, response);
    server.emit('request', request, response);
  });
}

/** Sends 100 Continue to a client that waits for it. */
export function sendContinue(request: IncomingMessage): void {
  waiting.get(request)?.writeContinue();
  waiting.delete(request);
}

/** Whether the client waits for 100 Continue. After another response it would not send its body. */
export function waitsToSend(request: IncomingMessage): boolean {
  return waiting.has(request);
}
