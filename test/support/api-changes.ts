import { OPENAPI } from '../../src/api/description/openapi.js';

/** An operation of the API that changes something. */
export interface ApiChange {
  readonly method: 'post' | 'put' | 'delete';
  /** The path in the description, such as `/api/v1/robots/{id}`. */
  readonly path: string;
}

const READS = ['get', 'head', 'parameters'];

/** Every operation of the API that changes something. */
export const API_CHANGES: readonly ApiChange[] = Object.entries(
  OPENAPI['paths'] as Readonly<Record<string, object>>,
).flatMap(([path, operations]) =>
  Object.keys(operations)
    .filter((method) => !READS.includes(method))
    .map((method) => ({ method: method as ApiChange['method'], path })),
);

/** Fills in the path of an operation: the tag `1.0` of `team/app` and its manifest, and a robot and a webhook of any name. */
export function filledIn(path: string, digest: string): string {
  return path
    .replace('{name}', 'team%2Fapp')
    .replace('{tag}', '1.0')
    .replace('{digest}', digest)
    .replace('{endpoint}', 'deploy')
    .replace('{id}', '6e5a1b0c-6e51-4bb2-9bd4-0123456789ab');
}
