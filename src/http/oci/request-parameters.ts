import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type Request } from 'express';

import { Digest } from '../../domain/digest.js';
import { parseReference } from '../../domain/reference.js';
import { parseRepositoryName } from '../../domain/repository-name.js';
import { tryParseUploadId } from '../../domain/upload-session.js';
import { RegistryError } from '../../domain/errors.js';
import { Query } from './query.js';

/** The repository of the path, parsed. @throws RegistryError `name-invalid` */
export const Repository = pathParameter('name', parseRepositoryName);

/** The digest that ends the path, parsed. @throws RegistryError `digest-invalid` */
export const DigestParam = pathParameter('digest', (text) => Digest.parse(text));

/** The tag or digest that ends the path, parsed. @throws RegistryError `tag-invalid` or `digest-invalid` */
export const ReferenceParam = pathParameter('reference', parseReference);

/** The upload's id, parsed. @throws RegistryError `upload-unknown`: an id that none can have is of no upload */
export const UploadIdParam = pathParameter('id', (text) => {
  const id = tryParseUploadId(text);
  if (id === undefined) throw new RegistryError('upload-unknown', 'no such upload');
  return id;
});

/** The query string, read raw: Express' parser drops what comes after 1,000 parameters. */
export const QueryString = createParamDecorator((_: unknown, context: ExecutionContext) =>
  Query.of(context.switchToHttp().getRequest<Request>().url),
);

function pathParameter(name: string, parse: (text: string) => unknown): () => ParameterDecorator {
  return createParamDecorator((_: unknown, context: ExecutionContext) => {
    return parse(pathText(context.switchToHttp().getRequest<Request>(), name));
  });
}

/** A parameter of the path as it is in the URL. */
export function pathText(request: Request, name: string): string {
  const value: unknown = request.params[name];
  // A wildcard comes as its segments: names of repositories have several.
  return Array.isArray(value) ? value.join('/') : String(value);
}
