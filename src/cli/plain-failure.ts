import { type ServerSettings } from '../config/sections/server.settings.js';

/** A failure whose message is enough for the person at the terminal, so no stack is printed. */
export class PlainFailure extends Error {
  override readonly name = 'PlainFailure';
}

/** Errors whose messages are written for the person at the terminal. */
const EXPLAINED = [
  'InvalidFile',
  'UnusableCertificate',
  'UnusableDirectory',
  'UnusableSchema',
  'UnusableStorage',
];

/** Returns the failure to listen on the address of `REGISTRY_METRICS`. */
export function metricsFailure(address: string, error: unknown): PlainFailure {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason =
    code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be used (${code ?? message})`;
  return new PlainFailure(
    `REGISTRY_METRICS: ${address} ${reason}; set another address and port, or leave it empty for no metrics`,
    { cause: error },
  );
}

/** Returns a failed start as a `PlainFailure` if its cause is a known one, and otherwise the error itself. */
export function explainStart(
  error: unknown,
  { host, port }: Pick<ServerSettings, 'host' | 'port'>,
): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === 'UnusableSeed') {
    return new PlainFailure(`REGISTRY_SEED_PATH: ${error.message}`, { cause: error });
  }
  if (EXPLAINED.includes(error.name)) return new PlainFailure(error.message, { cause: error });
  if (!('syscall' in error && (error.syscall === 'listen' || error.syscall === 'getaddrinfo'))) {
    return error;
  }
  const another = port === 5001 ? 5002 : 5001;
  switch ('code' in error ? error.code : undefined) {
    case 'EADDRINUSE':
      return new PlainFailure(
        `Port ${port} of ${host} is taken (on macOS by AirPlay Receiver, which can be switched off). ` +
          `Take another: REGISTRY_PORT=${another} npm start, or berth --port ${another}`,
      );
    case 'EACCES':
      return new PlainFailure(
        `This user may not listen on port ${port}: set REGISTRY_PORT above 1023`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new PlainFailure(`REGISTRY_HOST is ${host}, which is not an address of this machine`);
    default:
      return error;
  }
}
