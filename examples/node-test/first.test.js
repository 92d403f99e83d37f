import assert from 'node:assert/strict';

import { createTestRegistry, image } from 'berth-registry/testing';

const registry = await createTestRegistry();
await registry.push('team/app:1.0', image());
const response = await fetch(`${registry.url}/v2/team/app/tags/list`);
assert.deepEqual(await response.json(), { name: 'team/app', tags: ['1.0'] });
await registry.close();
