/** What is used of a Fastify instance; an application of Express has none of it. */
interface FastifyLike {
  addHook?: (name: 'onListen', hook: (done: () => void) => void) => void;
}

/**
 * Calls `found` with each further server that a Fastify instance listens with; does nothing for other instances.
 *
 * For `localhost`, which is its default, it makes one for each address that the name has, and shows the first one only. The
 * others are in a property of its own, which it has had since its version 4.
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
