import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

import { type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { type HttpAdapterHost } from '@nestjs/core';
import { type Express } from 'express';

import { closeWithin } from '../../http/server/close-within.js';
import { type OtherAddresses } from '../../http/server/other-addresses.js';
import { type PartLog } from '../../log/log.js';
import { type CurrentMirrors } from '../plan/current-mirrors.js';
import { listenAt } from './listen-at.js';
import { setRoot } from './mirror-roots.js';

/** How the servers of mirrors are made and closed. */
export interface ListenerOptions {
  /** Returns a server that serves as the registry's own does, without its requests. */
  readonly newServer: () => Server;
  /** How long requests in progress may continue at the end, in milliseconds. */
  readonly shutdownTimeoutMs: number;
}

/** Serves mirrors at addresses of their own, for engines whose `registry-mirrors` takes no path. */
export class MirrorListeners implements OtherAddresses, OnModuleDestroy, OnApplicationShutdown {
  private readonly servers: Server[] = [];
  private closing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly mirrors: CurrentMirrors,
    private readonly host: HttpAdapterHost,
    private readonly options: ListenerOptions,
    private readonly log: PartLog,
  ) {}

  /** Listens at the addresses that the file has now. Later ones are used at the next start. */
  async listen(): Promise<void> {
    for (const [address, mirror] of this.mirrors.value.listen) {
      const server = this.serverAt(address, mirror);
      this.servers.push(server);
      await listenAt(server, address, this.mirrors.path);
      this.log.log(`mirror ${mirror} is served at ${urlOf(server)}`);
    }
  }

  onModuleDestroy(): void {
    const { shutdownTimeoutMs } = this.options;
    this.closing = Promise.all(
      this.servers.map((server) => closeWithin(server, shutdownTimeoutMs, () => closed(server))),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.closing;
  }

  private serverAt(address: string, mirror: string): Server {
    const app = this.host.httpAdapter.getInstance<Express>();
    const server = this.options.newServer();
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      // The file may give the address to another mirror by now.
      setRoot(request, this.mirrors.value.listen.get(address) ?? mirror);
      app(request, response);
    });
    return server;
  }
}

function urlOf(server: Server): string {
  const { address, port } = server.address() as AddressInfo;
  const scheme = 'setSecureContext' in server ? 'https' : 'http';
  return `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

/** Stops accepting connections, and resolves when all are closed. */
function closed(server: Server): Promise<unknown> {
  return new Promise((resolve) => server.close(resolve));
}
