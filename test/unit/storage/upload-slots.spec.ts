import { expect, it } from '@jest/globals';

import { UploadSlots } from '../../../src/storage/postgres/uploads/upload-slots.js';

it('slots are given in turn, and one that was freed to the next', async () => {
  const slots = new UploadSlots(1, 10_000);
  const free = await slots.take();
  const next = slots.take();
  free();

  (await next)();
});

it('slots are refused to those that have waited too long, and lost to nobody', async () => {
  const slots = new UploadSlots(1, 20);
  const free = await slots.take();

  await expect(slots.take()).rejects.toMatchObject({
    kind: 'storage-gone',
    detail: { retryAfter: 5 },
  });
  free();

  (await slots.take())();
});
