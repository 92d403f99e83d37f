import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type Request } from 'express';

import { Digest } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import { parseReference, parseTagName } from '../../domain/reference.js';
import {
  parseRepositoryName,
  tryParseRepositoryName,
  type RepositoryName,
} from '../../domain/repository-name.js';
import { tryParseUploadId } from '../../domain/upload-session.js';
import { unknownUpload } from '../../storage/protocol/failures.js';
import { Query } from './query.js';
import { RequestValue } from '../server/request-value.js';
import { requestOf } from './request-of.js';

const repositories = new RequestValue<RepositoryName>('repository');

/** Returns the name in this registry of what a client calls `name`. @throws RegistryError if that cannot be here */
export type NameRule = (name: string) => string;

const rules = new RequestValue<NameRule>('rule for names');

/** Sets the rule for the names in one request, before they are read. */
export function setNameRule(request: Request, rule: NameRule): void {
  rules.set(request, rule);
}

/** Returns the repository that a request calls `name`, or `undefined` if the name is invalid or cannot be here. */
export function tryNamedRepository(request: Request, name: string): RepositoryName | undefined {
  try {
    return tryParseRepositoryName(named(request, name));
  } catch (error) {
    if (error instanceof RegistryError) return undefined;
    throw error;
  }
}

function named(request: Request, name: string): string {
  return rules.get(request)?.(name) ?? name;
}

/**
 * Returns the repository named in the path. The guard calls it first, so the handler gets the name that the guard checked.
 *
 * @throws RegistryError `name-invalid`, or what the request's rule for names throws
 */
export function repositoryOf(request: Request): RepositoryName {
  const known = repositories.get(request);
  if (known !== undefined) return known;
  const name = parseRepositoryName(named(request, pathText(request, 'name')));
  repositories.set(request, name);
  return name;
}

/** Returns the repository named in the path, or `undefined` if the path has none or the name is invalid. */
export function tryRepositoryOf(request: Request): RepositoryName | undefined {
  const known = repositories.get(request);
  if (known !== undefined || request.params['name'] === undefined) return known;
  return tryNamedRepository(request, pathText(request, 'name'));
}

/** Passes the repository of the path to a handler. @throws RegistryError `name-invalid` */
export const Repository = createParamDecorator((_: unknown, context: ExecutionContext) =>
  repositoryOf(requestOf(context)),
);

/** Passes the digest that ends the path. @throws RegistryError `digest-invalid` */
export const DigestParam = pathParameter('digest', (text) => Digest.parse(text));

/** Passes the tag or digest that ends the path. @throws RegistryError `tag-invalid` or `digest-invalid` */
export const ReferenceParam = pathParameter('reference', parseReference);

/** Passes the tag in the path. @throws RegistryError `tag-invalid` */
export const TagParam = pathParameter('tag', parseTagName);

/** Passes the upload's id. @throws RegistryError `upload-unknown`, also for an invalid id */
export const UploadIdParam = pathParameter('id', (text) => {
  const id = tryParseUploadId(text);
  if (id === undefined) throw unknownUpload();
  return id;
});

/** Passes the raw query string: Express' parser drops everything after 1,000 parameters. */
export const QueryString = createParamDecorator((_: unknown, context: ExecutionContext) =>
  Query.of(requestOf(context).url),
);

function pathParameter(name: string, parse: (text: string) => unknown): () => ParameterDecorator {
  return createParamDecorator((_: unknown, context: ExecutionContext) => {
    return parse(pathText(requestOf(context), name));
  });
}

/** Returns a path parameter without decoding it. */
function pathText(request: Request, name: string): string {
  const value: unknown = request.params[name];
  // Express passes a wildcard as a list of segments, and a repository's name may have several.
  return Array.isArray(value) ? value.join('/') : String(value);
}
