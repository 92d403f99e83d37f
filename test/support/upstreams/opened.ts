import { openRegistryClient } from '../../../src/client/open-registry-client.js';
import { type RegistryClient } from '../../../src/client/registry-client.js';
import { type ClientOptions, type Upstream } from '../../../src/client/upstream.js';
import { useClosing } from '../closing.js';
import { clientOptions, upstreamAt } from './client.js';
import { SeenServer, type Handler } from './seen-server.js';

/** The clients and the servers of a test, which are closed after it. */
export interface Opened {
  /** Starts a server on loopback. */
  readonly serve: (handler: Handler) => Promise<SeenServer>;
  /** Opens a client of the registry at `url`. */
  readonly clientOf: (
    url: string,
    more?: Partial<Upstream>,
    options?: Partial<ClientOptions>,
  ) => RegistryClient;
  readonly closeAfterTest: ReturnType<typeof useClosing>;
}

/** Returns what opens clients and servers for the tests of a file. */
export function useOpened(): Opened {
  const closeAfterTest = useClosing();
  return {
    serve: async (handler) => {
      const server = await SeenServer.start(handler);
      closeAfterTest(() => server.stop());
      return server;
    },
    clientOf: (url, more, options) => {
      const client = openRegistryClient(upstreamAt(url, more), clientOptions(options));
      closeAfterTest(() => client.close());
      return client;
    },
    closeAfterTest,
  };
}
