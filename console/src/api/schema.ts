/** The types of the API. Unlike `client.ts` they need no page, so that code without one may use them. */
export { type components } from '../../../src/api/client/schema.js';
