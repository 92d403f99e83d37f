import { Authorizer } from './authorizer.js';
import { Login } from './login.js';
import { type RegistryClient } from './registry-client.js';
import { RemoteRegistry } from './remote-registry.js';
import { Session } from './session.js';
import { TokenService } from './token-service.js';
import { Transport } from './transport.js';
import { PATIENCE, type ClientOptions, type Upstream } from './upstream.js';

/** Returns a client of `upstream`. It connects at the first question, and reads the login and the CA when they are needed. */
export function openRegistryClient(upstream: Upstream, options: ClientOptions): RegistryClient {
  const patience = { ...PATIENCE, ...options.patience };
  const transport = new Transport(upstream, options, patience);
  const login = new Login(upstream);
  const service = new TokenService(upstream, transport, login, {
    patienceMs: patience.tokenMs,
    memory: options.memory,
  });
  const authorizer = new Authorizer(upstream.url.origin, login, service);
  const session = new Session(upstream, transport, authorizer);
  return new RemoteRegistry(upstream, options, patience, transport, session);
}
