/** The used part of a Fastify instance. An Express application has none of it. */
interface FastifyLike {
  addHook?: (name: 'onListen', hook: (done: () => void) => void) => void;
}

/**
 * Calls `found` with each further server of a Fastify instance; does nothing for other instances.
 * For `localhost`, Fastify listens with one server for each address and exposes only the first.
 */
export function onFurtherServers(instance: unknown, found: (server: unknown) => void): void {
  const fastify = instance as FastifyLike & Readonly<Record<symbol, unknown>>;
  if (typeof fastify.addHook !== 'function') return;
  fastify.addHook('onListen', (done) => {
    for (const symbol of Object.getOwnPropertySymbols(fastify)) {
      const servers = symbol.description === 'fastify.serverBindings' ? fastify[symbol] : undefined;
      if (Array.isArray(servers)) servers.forEach(found);
    }
    done();
  });
}
