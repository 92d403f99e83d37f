import { LRUCache } from 'lru-cache';

import { type PartLog } from '../../log/log.js';

/** How long a client that spoke TLS may take to try plain HTTP, as docker, podman and skopeo do for a registry on this machine. */
const FALLBACK_MS = 5_000;

/** How many addresses are remembered. */
const MAX_ADDRESSES = 1_000;

const ADVICE =
  'spoke TLS, but this registry speaks plain HTTP: configure the client for HTTP (podman: --tls-verify=false)';

/**
 * Warns of clients that speak TLS to a registry without a certificate: once for each address, and only if the client does not go
 * on with plain HTTP.
 */
export class TlsClients {
  private readonly warnings = new LRUCache<string, NodeJS.Timeout | 'warned'>({
    max: MAX_ADDRESSES,
    dispose: (warning) => {
      if (warning === 'warned') return;
      this.waiting--;
      clearTimeout(warning);
    },
  });
  private waiting = 0;

  constructor(
    private readonly log: PartLog,
    private readonly fallbackMs = FALLBACK_MS,
  ) {}

  /** Whether `spokeHttp` can matter: mostly not, and then a request costs nothing. */
  get isWaiting(): boolean {
    return this.waiting > 0;
  }

  /** Notes that a client spoke TLS. */
  spokeTls(address: string): void {
    if (this.warnings.has(address)) return;
    this.waiting++;
    const warn = () => {
      this.waiting--;
      this.warnings.set(address, 'warned', { noDisposeOnSet: true });
      this.log.warn(`a client at ${address} ${ADVICE}`);
    };
    this.warnings.set(address, setTimeout(warn, this.fallbackMs).unref());
  }

  /** Notes that a client sent a plain request. */
  spokeHttp(address: string): void {
    if (this.warnings.get(address) !== 'warned') this.warnings.delete(address);
  }
}
