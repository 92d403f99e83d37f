export { Storage } from '../storage/ports/storage.js';
