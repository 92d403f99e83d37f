import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';

import { expect, it } from '@jest/globals';

import { InFlight } from '../../../src/http/server/in-flight.js';

const requests = Array.from({ length: 4 }, () => new IncomingMessage(new Socket()));

it.each([[[0, 1, 2, 3]], [[3, 2, 1, 0]], [[1, 3, 0, 2]]])(
  'has exactly the requests in progress, which end in the order %p',
  (order) => {
    const inFlight = new InFlight();
    for (const request of requests) inFlight.add(request);
    const left = new Set(requests);
    for (const index of order) {
      const ended = requests[index] as IncomingMessage;
      inFlight.remove(ended);
      left.delete(ended);
      expect(new Set(inFlight)).toEqual(left);
    }
  },
);

it('ignores a request that it does not have, or not any more', () => {
  const inFlight = new InFlight();
  const [one, other, gone] = requests as [IncomingMessage, IncomingMessage, IncomingMessage];
  inFlight.add(gone);
  inFlight.remove(gone);
  inFlight.add(one);

  inFlight.remove(other);
  inFlight.remove(gone);

  expect([...inFlight].map((request) => request === one)).toEqual([true]);
});
