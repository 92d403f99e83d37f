export { createRegistryApp } from '../bootstrap.js';
export { Storage } from '../storage/ports/storage.js';
