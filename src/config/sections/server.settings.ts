import { type BlockList } from 'node:net';

import { duration, oneOf, text, wholeNumber, workers } from '../kinds.js';
import { hostNames, networks, origin, origins } from '../network-kinds.js';
import { Setting } from '../setting.js';

/** Where the registry listens, for whom, and for how long. */
export class ServerSettings {
  @Setting(
    'REGISTRY_HOST',
    '127.0.0.1',
    text('an address or a host name', 1),
    'The address to listen on. 0.0.0.0 listens on every network of the machine: set up logins first, or REGISTRY_AUTH=none.',
  )
  readonly host!: string;

  @Setting(
    'REGISTRY_PORT',
    '5000',
    wholeNumber(0, 65_535),
    'The port to listen on; 0 takes a free one.',
  )
  readonly port!: number;

  @Setting(
    'REGISTRY_WORKERS',
    '1',
    workers,
    'How many processes serve; auto takes one for each core. Each needs about 100 MiB.',
  )
  readonly workers!: number;

  @Setting(
    'REGISTRY_TRUSTED_PROXIES',
    '',
    networks,
    'The proxies whose Forwarded and X-Forwarded headers are trusted: addresses and networks, or loopback. Empty: none.',
  )
  readonly trustedProxies!: BlockList;

  @Setting(
    'REGISTRY_PUBLIC_URL',
    '',
    origin,
    'How clients reach the registry, such as https://registry.example.com. Empty: taken from each request.',
  )
  readonly publicUrl!: string;

  @Setting(
    'REGISTRY_ALLOWED_HOSTS',
    '',
    hostNames,
    'Further names under which a registry without logins serves: names, *.suffix, or * for all. Local names always work.',
  )
  readonly allowedHosts!: readonly string[];

  @Setting(
    'REGISTRY_CORS_ORIGINS',
    '',
    origins,
    'The origins whose web pages may use the registry, or * for all. Empty: only its own pages.',
  )
  readonly corsOrigins!: readonly string[];

  @Setting(
    'REGISTRY_CONSOLE',
    'on',
    oneOf('on', 'off'),
    'Whether the console, the web pages of the registry, is served at /console/. Off by default in a program that embeds one.',
  )
  readonly console!: 'on' | 'off';

  @Setting(
    'REGISTRY_MAX_REQUESTS_PER_SECOND',
    '0',
    wholeNumber(0, 1_000_000),
    'The most requests a second from one address; further ones get 429. 0: no limit.',
  )
  readonly maxRequestsPerSecond!: number;

  @Setting(
    'REGISTRY_IDLE_TIMEOUT',
    '60s',
    duration(1_000),
    'A connection on which no byte moves for this long is closed. A push may take any time while bytes come.',
  )
  readonly idleTimeoutMs!: number;

  @Setting(
    'REGISTRY_SHUTDOWN_TIMEOUT',
    '8s',
    duration(0),
    'How long requests in progress may continue after SIGTERM or SIGINT.',
  )
  readonly shutdownTimeoutMs!: number;

  @Setting(
    'REGISTRY_SHUTDOWN_DELAY',
    '0s',
    duration(0),
    'How long the registry goes on after SIGTERM or SIGINT while its health says 503, so that load balancers notice.',
  )
  readonly shutdownDelayMs!: number;
}
