import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { TlsClients } from '../../../src/http/server/tls-clients.js';
import { Log } from '../../../src/log/log.js';

const FALLBACK_MS = 5_000;

describe('a client that speaks TLS to a registry without a certificate', () => {
  let warned: string[];
  let clients: TlsClients;
  beforeEach(() => {
    jest.useFakeTimers();
    warned = [];
    const warn = (message: string): void => void warned.push(message);
    const logger = { warn, log: warn, error: warn };
    clients = new TlsClients(new Log(logger).of('Registry'), FALLBACK_MS);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('is warned of after a while, with its address and what to do', () => {
    clients.spokeTls('10.0.0.7');
    expect(warned).toEqual([]);

    jest.advanceTimersByTime(FALLBACK_MS);

    expect(warned).toEqual([expect.stringMatching(/^a client at 10\.0\.0\.7 spoke TLS, .*podman/)]);
  });

  it('is not warned of if it goes on with plain HTTP, as docker does', () => {
    clients.spokeTls('127.0.0.1');
    clients.spokeHttp('127.0.0.1');

    jest.advanceTimersByTime(FALLBACK_MS);

    expect(warned).toEqual([]);
  });

  it('is warned of once, however often it tries', () => {
    for (let attempt = 0; attempt < 3; attempt++) {
      clients.spokeTls('10.0.0.7');
      jest.advanceTimersByTime(FALLBACK_MS);
    }
    clients.spokeHttp('10.0.0.7');
    clients.spokeTls('10.0.0.7');
    jest.advanceTimersByTime(FALLBACK_MS);

    expect(warned).toHaveLength(1);
  });

  it('is warned of although another client speaks plain HTTP', () => {
    clients.spokeTls('10.0.0.7');
    clients.spokeHttp('10.0.0.8');

    jest.advanceTimersByTime(FALLBACK_MS);

    expect(warned).toHaveLength(1);
  });
});
