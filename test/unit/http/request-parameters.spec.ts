import { expect, it } from '@jest/globals';
import { type Request } from 'express';

import { repositoryOf } from '../../../src/http/oci/request-parameters.js';

/** A request for a path of `name`, and how often its name was read. */
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

it('keeps no repository of a path whose name is invalid', () => {
  const { request } = requestFor(['Team']);

  expect(() => repositoryOf(request)).toThrow(/name/);
  expect(() => repositoryOf(request)).toThrow(/name/);
});
