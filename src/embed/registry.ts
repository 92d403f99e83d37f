import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

import { type NestExpressApplication } from '@nestjs/platform-express';

import { EventStreams } from '../api/events/event-streams.js';
import { listen } from '../app/listen.js';
import { createRegistryApp } from '../app/bootstrap.js';
import { Log } from '../log/log.js';
import { seedAtStart } from '../transfer/seed/seed-at-start.js';
import { followEvents } from '../storage/protocol/follow-events.js';
import { type RegistryEvent } from '../domain/registry-event.js';
import { InvalidMirrors } from '../mirror/plan/invalid-mirrors.js';
import { openMetrics, type Metrics } from '../observe/metrics/metrics.js';
import { closeGracefully } from '../app/shutdown.js';
import { type Storage } from '../storage/ports/storage.js';
import { type CheckedOptions } from './checked-options.js';
import { InvalidOptions } from './options.js';
import { InFlightRequests } from './in-flight-requests.js';

/** The events by which Node's HTTP server announces a request. */
export type RequestEvent = 'request' | 'checkContinue' | 'checkExpectation';

/** Where the events of `Registry.events` begin. */
export interface EventOptions {
  /** The id of the last event that was processed. */
  readonly after?: string;
}

/** A registry within another program, on a port of its own or on the program's server. */
export class Registry implements AsyncDisposable {
  private readonly inFlight: InFlightRequests;
  private readonly shutdownTimeoutMs: number;
  private closing: Promise<void> | undefined;
  private readonly ending = new AbortController();

  private constructor(
    private readonly app: NestExpressApplication,
    /** The storage of the images. */
    readonly storage: Storage,
    /** The path of the API, such as `/v2`. */
    readonly path: string,
    private readonly options: CheckedOptions,
    private readonly counted: Metrics | undefined,
  ) {
    const { server } = options.settings;
    this.inFlight = new InFlightRequests(server.idleTimeoutMs);
    this.shutdownTimeoutMs = server.shutdownTimeoutMs;
  }

  /** The paths in a host that are the registry's: that of the images, and those of the console and its API if it is on. */
  get paths(): readonly string[] {
    const { settings, parts } = this.options;
    const { path = '' } = parts;
    if (settings.server.console === 'off') return [this.path];
    // Many hosts have an API of their own at /api.
    const api = path === '' ? '/api/v1' : `${path}/api`;
    return [this.path, api, `${path}/console`];
  }

  /** Creates a registry from checked options. */
  static async over(storage: Storage, options: CheckedOptions): Promise<Registry> {
    const { settings, logger, parts, accessNotSet } = options;
    const log = new Log(logger);
    const { seedPath } = settings.storage;
    const seedLog = log.of('Seed');
    await seedAtStart(storage, seedPath, {
      seeded: (image) => seedLog.log(`seeded ${image}`),
      warn: (line) => seedLog.warn(line),
    });
    const { repositories } = settings.metrics;
    const metrics = options.metrics
      ? await openMetrics({ storage, repositories, ofProcess: false })
      : undefined;
    const app = await createRegistryApp(settings, storage, logger, {
      ...parts,
      ...(metrics === undefined ? {} : { metrics }),
    }).catch(refuseOptions);
    const path = `${parts.path ?? ''}/v2`;
    if (accessNotSet) log.of('Access').warn(openToAll(path));
    return new Registry(app, storage, path, options, metrics);
  }

  /**
   * Handles a request of your own server, with the body unread and the response untouched. Pass on
   * requests to `path` and below, also from Express: `app.use('/v2', registry.handler)`.
   */
  readonly handler = (request: IncomingMessage, response: ServerResponse): void => {
    const { originalUrl } = request as { readonly originalUrl?: string };
    // Express removes the path of a mounted handler from the URL.
    if (originalUrl !== undefined) request.url = originalUrl;
    this.handle('request', request, response);
  };

  /** Handles a request that Node announced by `event`. A client may ask before it sends its body. */
  handle(event: RequestEvent, request: IncomingMessage, response: ServerResponse): void {
    this.inFlight.admit(request, response);
    this.server.emit(event, request, response);
  }

  /** Listens, and resolves to the URL. @param port 0 for any free port */
  async listen(port = 0, host = '127.0.0.1'): Promise<string> {
    await listen(this.app, port, host);
    const { address, port: actual } = this.server.address() as AddressInfo;
    return `http://${address.includes(':') ? `[${address}]` : address}:${actual}`;
  }

  /**
   * Resolves to the metrics of this registry in the text format of Prometheus.
   *
   * @throws InvalidOptions unless the option `metrics` is `true`
   */
  async metrics(): Promise<string> {
    if (this.counted !== undefined) return this.counted.text();
    throw new InvalidOptions('the registry counts nothing; set the option metrics to true');
  }

  /**
   * Yields everything that changes in the storage, also by other processes, from now on or after the event with an id. Ends when
   * the registry closes.
   *
   * @throws EventNotKept in the iteration, if the event of `after` is unknown or no longer kept
   */
  events({ after }: EventOptions = {}): AsyncGenerator<RegistryEvent, void, void> {
    const start = after === undefined ? 'now' : { after };
    return followEvents(this.storage.outbox, start, this.ending.signal);
  }

  /**
   * Closes connections after their current response, and cuts those that take longer than
   * `REGISTRY_SHUTDOWN_TIMEOUT`.
   */
  leave(): void {
    this.app.get(EventStreams, { strict: false }).end();
    this.inFlight.drain(this.shutdownTimeoutMs);
  }

  /**
   * Finishes requests in progress within `REGISTRY_SHUTDOWN_TIMEOUT`, then closes the registry and
   * a storage that it opened.
   *
   * May be called more than once.
   */
  close(): Promise<void> {
    return (this.closing ??= this.end());
  }

  private async end(): Promise<void> {
    this.leave();
    await this.inFlight.drained();
    try {
      await closeGracefully(this.app, this.shutdownTimeoutMs);
    } finally {
      this.ending.abort();
      if (this.options.ownStorage === undefined) await this.storage.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private get server(): Server {
    return this.app.getHttpServer();
  }
}

/** Reports mirrors that cannot be used as any other option. @throws InvalidOptions, or the error itself */
function refuseOptions(error: unknown): never {
  if (error instanceof InvalidMirrors) throw new InvalidOptions(error.message, { cause: error });
  throw error;
}

function openToAll(path: string): string {
  return `no login is required below ${path}: anyone who reaches it may read, overwrite and delete everything. Set the option access to require logins`;
}
