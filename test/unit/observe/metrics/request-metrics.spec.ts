import { expect, it } from '@jest/globals';
import { Registry } from 'prom-client';

import { type FinishedRequest } from '../../../../src/http/oci/finished-request.js';
import { RequestMetrics } from '../../../../src/observe/metrics/request-metrics.js';

const PULL = { method: 'GET', route: 'blob', status: 200, milliseconds: 2, received: 0, sent: 10 };
const PUSH = {
  method: 'PUT',
  route: 'upload',
  status: 201,
  milliseconds: 30,
  received: 5,
  sent: 0,
};

function finish(sums: RequestMetrics, request: object, times: number): void {
  for (let count = 0; count < times; count++) sums.add(request as FinishedRequest);
}

async function lines(registry: Registry): Promise<string[]> {
  return (await registry.metrics()).split('\n');
}

it('has every request in the metrics, however many waited, and each one once', async () => {
  const registry = new Registry();
  const sums = new RequestMetrics(registry);
  finish(sums, PULL, 2_345);
  finish(sums, PUSH, 3);
  await registry.metrics();
  finish(sums, PULL, 5);

  for (const look of ['first', 'second']) {
    expect([look, ...(await lines(registry))]).toEqual(
      expect.arrayContaining([
        'berth_http_requests_total{method="GET",route="blob",code="200"} 2350',
        'berth_http_requests_total{method="PUT",route="upload",code="201"} 3',
        'berth_http_request_duration_seconds_bucket{le="0.001",route="blob"} 0',
        'berth_http_request_duration_seconds_bucket{le="0.0025",route="blob"} 2350',
        'berth_http_request_duration_seconds_count{route="upload"} 3',
        'berth_http_received_bytes_total{route="upload"} 15',
        'berth_http_sent_bytes_total{route="blob"} 23500',
      ]),
    );
  }
});

it('has the sums when only one of the metrics is read', async () => {
  const registry = new Registry();
  const sums = new RequestMetrics(registry);
  finish(sums, PULL, 7);

  const durations = await registry.getSingleMetricAsString('berth_http_request_duration_seconds');

  expect(durations).toContain('berth_http_request_duration_seconds_count{route="blob"} 7');
});
