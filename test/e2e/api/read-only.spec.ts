import { expect, it } from '@jest/globals';

import { ApiClient } from '../../support/api.js';
import { describeRegistry, TestRegistry } from '../../support/registry.js';

describeRegistry('the API of a read-only registry', (registry) => {
  it('changes nothing, and answers all questions', async () => {
    const api = new ApiClient(registry());
    const image = await registry().pushImage('team/app', '1.0');
    await registry().beginUpload('team/app');
    const [upload] = (await api.get('uploads')).body.uploads as { id: string }[];
    await registry().storage.readOnly?.set(true);
    const home = 'repositories/team%2Fapp';
    const changes = [
      await api.send('put', `${home}/tags/2.0`, { digest: `${image.digest}` }),
      await api.send('delete', `${home}/tags/1.0`),
      await api.send('delete', `${home}/manifests/${image.digest}`),
      await api.send('delete', home),
      await api.send('delete', `uploads/${upload?.id}`),
      await api.send('post', 'gc/run'),
    ];
    for (const { status, body } of changes) {
      expect({ status, code: body.code as string }).toEqual({ status: 403, code: 'denied' });
    }
    expect((await api.get(`${home}/tags/1.0`)).status).toBe(200);
    expect((await api.get('me')).body).toMatchObject({ readOnly: true });
    await registry().storage.readOnly?.set(false);
    expect((await api.send('delete', `${home}/tags/1.0`)).status).toBe(200);
  });
});

it('tells whether its settings make the registry read-only', async () => {
  const registry = await TestRegistry.start({ REGISTRY_READ_ONLY: 'true' });
  try {
    expect((await new ApiClient(registry).get('me')).body).toMatchObject({ readOnly: true });
  } finally {
    await registry.stop();
  }
});
