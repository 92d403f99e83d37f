import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type Express } from 'express';

import { RegistryError } from '../domain/errors.js';

/** The order in which `Allow` lists methods. */
const ORDER = ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE'];

/** Responds with 405 when the path has a route, but not for the request's method. RFC 9110, section 15.5.6. */
@Injectable()
export class AllowedMethods implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  /** Nest calls this after it registered its routes and before it registers its 404 handler, which would respond first. */
  onModuleInit(): void {
    const app = this.host.httpAdapter.getInstance<Express>();
    for (const [path, methods] of fixedFirst(methodsByPath(app))) {
      const allow = inOrder(methods).join(', ');
      app.all(path, (_request, _response, next) => {
        next(new RegistryError('method-unsupported', 'method not allowed', { allow }));
      });
    }
    putGreedyLast(app);
  }
}

/** Returns patterns that end with a fixed text before those that end with a parameter: `blobs/uploads` is not `blobs/:digest`. */
function fixedFirst<T>(byPath: ReadonlyMap<string, T>): [path: string, value: T][] {
  const endsOpen = (path: string): number => (/:\w+$/.test(path) ? 1 : 0);
  return [...byPath].sort(([one], [other]) => endsOpen(one) - endsOpen(other));
}

/** Puts patterns that end with a wildcard behind all others: `DELETE …/team/app/tags` must not delete a repository of this name. */
function putGreedyLast({ router: { stack } }: Express): void {
  const isGreedy = ({ route }: (typeof stack)[number]): boolean =>
    route !== undefined && /\/\*\w+$/.test(route.path);
  const greedy = stack.filter(isGreedy);
  const others = stack.filter((layer) => !isGreedy(layer));
  stack.splice(0, stack.length, ...others, ...greedy);
}

function inOrder(methods: ReadonlySet<string>): string[] {
  const others = [...methods].filter((method) => !ORDER.includes(method)).sort();
  return [...ORDER.filter((method) => methods.has(method)), ...others];
}

/** Returns the methods of each path pattern, in matching order. */
function methodsByPath({ router }: Express): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { route } of router.stack) {
    if (route === undefined) continue;
    const methods = found.get(route.path) ?? new Set();
    found.set(route.path, methods);
    // A handler for all methods has no name of one.
    for (const { method } of route.stack) if (method) methods.add(method.toUpperCase());
    // Express serves HEAD requests with the handler of GET.
    if (methods.has('GET')) methods.add('HEAD');
  }
  return found;
}
