export { ApiProblem, type Problem } from '../api/client/api-problem.js';
export {
  createBerthClient,
  dataOf,
  pagesOf,
  type BerthClient,
  type ClientOptions,
} from '../api/client/berth-client.js';
export type {
  FailedRequest,
  LiveEvent,
  PullProgress,
  ReusedBlob,
  UploadProgress,
} from '../api/client/live-events.js';
export {
  eventsOf,
  EventsMissed,
  type EventOptions,
  type RegistryEvent,
} from '../api/client/registry-events.js';
export type { components, operations, paths } from '../api/client/schema.js';
