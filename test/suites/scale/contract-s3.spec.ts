import { afterEach, beforeEach, describe, it } from '@jest/globals';

import { storageContract } from '../../../src/storage/contract/storage-contract.js';
import { s3Objects } from './servers/objects-of-test.js';
import { postgresFactory } from './servers/storage-factory.js';

storageContract(
  { describe, it, beforeEach, afterEach },
  'PostgreSQL and S3',
  postgresFactory('contract_s3', s3Objects),
  { liveNotes: true },
);
