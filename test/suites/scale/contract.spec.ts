import { afterEach, beforeEach, describe, it } from '@jest/globals';

import { storageContract } from '../../../src/storage/contract/storage-contract.js';
import { postgresFactory } from './servers/storage-factory.js';

storageContract({ describe, it, beforeEach, afterEach }, 'postgres', postgresFactory('contract'), {
  liveNotes: true,
});
