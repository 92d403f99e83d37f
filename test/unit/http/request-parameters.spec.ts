import { expect, it } from '@jest/globals';
import { type Request } from 'express';

import { repositoryOf } from '../../../src/http/oci/request-parameters.js';

/** Returns a request for a path with `name`, and a count of how often the name was read. */
function requestFor(name: string[]): { request: Request; reads: () => number } {
  let reads = 0;
  const params = {
    get name() {
      reads++;
      return name;
    },
  };
  return { request: { params } as unknown as Request, reads: () => reads };
}

it("parses the repository of a request's path once", () => {
  const { request, reads } = requestFor(['team', 'app']);

  const names = [repositoryOf(request), repositoryOf(request)];

  expect(names).toEqual(['team/app', 'team/app']);
  expect(reads()).toBe(1);
});

it('does not cache an invalid name of a repository', () => {
  const { request } = requestFor(['Team']);

  expect(() => repositoryOf(request)).toThrow(/name/);
  expect(() => repositoryOf(request)).toThrow(/name/);
});
