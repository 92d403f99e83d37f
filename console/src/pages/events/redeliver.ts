import { api, dataOf } from '../../api/client.js';
import { forget } from '../../api/queries.js';

/** Lets a webhook get again what was not delivered: one event, or all without an `id`. @throws ApiProblem */
export async function redeliver(name: string, id?: string): Promise<void> {
  const params = { path: { endpoint: name } };
  const body = id === undefined ? {} : { id };
  await dataOf(api.POST('/api/v1/webhooks/{endpoint}/redeliver', { params, body }));
  await Promise.all([forget('webhooks'), forget('deliveries', name)]);
}
