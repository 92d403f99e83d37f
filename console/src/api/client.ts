import { createBerthClient } from '../../../src/api/client/berth-client.js';
import { fetchWhole } from './fetch-whole.js';
import { clientAddress, registryUrl } from './place.js';

export { ApiProblem, problemOf } from '../../../src/api/client/api-problem.js';
export { dataOf } from '../../../src/api/client/berth-client.js';
export { type components } from './schema.js';

/** The registry of this page. */
export const REGISTRY_URL = registryUrl(document.baseURI);

/** Where image clients reach the registry of this page. */
export const CLIENT_ADDRESS = clientAddress(document.baseURI);

/** The client of the API. Every page asks by it, within a query of `queries.ts`. */
export const api = createBerthClient({ url: REGISTRY_URL, fetch: fetchWhole });
