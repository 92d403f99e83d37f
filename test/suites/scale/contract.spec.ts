import { afterEach, beforeEach, describe, it } from '@jest/globals';

import { storageContract } from '../../../src/storage/contract/storage-contract.js';
import { directoryObjects } from './servers/objects-of-test.js';
import { postgresFactory } from './servers/storage-factory.js';

storageContract(
  { describe, it, beforeEach, afterEach },
  'PostgreSQL and directory',
  postgresFactory('contract', directoryObjects),
  { liveNotes: true },
);
