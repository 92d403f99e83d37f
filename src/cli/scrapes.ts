import { MetricsServer } from '../observe/metrics/metrics-server.js';
import { metricsFailure } from './plain-failure.js';

/** Serves `/metrics` on the address of `REGISTRY_METRICS`. @throws PlainFailure if the address cannot be used */
export async function listenForScrapes(
  address: string,
  text: () => Promise<string>,
): Promise<MetricsServer> {
  try {
    return await MetricsServer.listen(address, text);
  } catch (error) {
    throw metricsFailure(address, error);
  }
}
