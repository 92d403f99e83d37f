import { describe, expect, it } from '@jest/globals';
import { type NextFunction, type Request, type RequestHandler, type Response } from 'express';

import { inSequence } from '../../../src/http/server/in-sequence.js';

/** Runs the handlers, and returns what `next` got after them. */
function ends(...handlers: RequestHandler[]): unknown[] {
  const ended: unknown[] = [];
  const next: NextFunction = (error?: unknown) => void ended.push(error);
  void inSequence(handlers)({} as Request, {} as Response, next);
  return ended;
}

describe('middleware in sequence', () => {
  it('runs in order, and then the router goes on', () => {
    const seen: number[] = [];
    const handlers = [1, 2, 3].map((number): RequestHandler => (_request, _response, next) => {
      seen.push(number);
      next();
    });

    expect(ends(...handlers)).toEqual([undefined]);
    expect(seen).toEqual([1, 2, 3]);
  });

  it('ends at an error that is passed on or thrown', () => {
    const never: RequestHandler = () => {
      throw new Error('reached');
    };
    const passed = new Error('passed on');
    const thrown = new Error('thrown');
    expect(ends((_request, _response, next) => next(passed), never)).toEqual([passed]);
    expect(
      ends(() => {
        throw thrown;
      }, never),
    ).toEqual([thrown]);
  });

  it('goes on after null, which Express takes for no error', () => {
    const refuses: RequestHandler = (_request, _response, next) => next(new Error('refused'));
    const [error] = ends((_request, _response, next) => next(null), refuses);
    expect(String(error)).toContain('refused');
  });

  it('ends at a handler that responds itself', () => {
    expect(
      ends(
        () => undefined,
        (_request, _response, next) => next(),
      ),
    ).toEqual([]);
  });
});
