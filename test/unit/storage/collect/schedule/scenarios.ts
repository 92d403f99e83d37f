import { artifact, image, index } from './content.js';
import { actor, collector, mustBeListed, pull, pullDigest } from './clients.js';
import { type Scenario } from './explore.js';
import { HOME, OTHER } from './world.js';

const IMAGE = image('image');
const SMALL = image('small', { single: true });
const SHARING = index('index', [SMALL]);
const SIGNATURE = artifact('signature', SMALL.descriptor);

export const OLD_BLOBS: Scenario = {
  title: 'publish an image whose blobs are old and unused ‖ collect',
  setUp: (world) => world.pushBlobs(IMAGE),
  actors: (world) => [actor('publisher', () => world.publish(IMAGE, ['1.0'])), collector(world)],
};

export const OLD_CHILD: Scenario = {
  title: 'publish an index whose image is old and untagged ‖ collect',
  setUp: (world) => world.pushAll(SMALL),
  actors: (world) => [
    actor('publisher', () => world.publish(SHARING, ['multi'])),
    collector(world),
  ],
};

export const RETAG: Scenario = {
  title: 'tag an old untagged manifest ‖ collect',
  setUp: (world) => world.pushAll(IMAGE),
  actors: (world) => [actor('tagger', () => world.publish(IMAGE, ['1.0'])), collector(world)],
};

export const TWO_COLLECTORS: Scenario = {
  title: 'publish an image whose blob is old and unused ‖ two collectors',
  preemptions: 2,
  setUp: (world) => world.pushBlobs(SMALL),
  actors: (world) => [
    actor('publisher', () => world.publish(SMALL, ['1.0'])),
    collector(world, 'one'),
    collector(world, 'other'),
  ],
};

/** The collectors only collect blobs, so that all schedules with three preemptions can be tried. */
export const TWO_TAKE_BLOBS: Scenario = {
  ...TWO_COLLECTORS,
  title: 'publish an image whose blob is old and unused ‖ two collectors of blobs',
  preemptions: 3,
  actors: (world) => [
    actor('publisher', () => world.publish(SMALL, ['1.0'])),
    actor('one', () => world.collectBlobs()),
    actor('other', () => world.collectBlobs()),
  ],
};

export const ARTIFACT: Scenario = {
  title: 'publish an artifact ‖ collect',
  setUp: async (world) => {
    await world.pushAll(SMALL, ['1.0']);
    await world.pushBlobs(SIGNATURE);
  },
  actors: (world) => [actor('signer', () => world.publish(SIGNATURE)), collector(world)],
};

export const ARTIFACT_AND_SUBJECT: Scenario = {
  title: 'publish an artifact again, then tag its subject, both old and untagged ‖ collect',
  preemptions: 2,
  setUp: async (world) => {
    await world.pushAll(SMALL);
    await world.pushAll(SIGNATURE);
  },
  actors: (world) => [
    actor('signer', async () => {
      await world.publish(SIGNATURE);
      await world.publish(SMALL, ['1.0']);
    }),
    collector(world),
  ],
};

export const MOUNT: Scenario = {
  title: 'mount blobs and publish with them ‖ collect their source',
  setUp: (world) => world.pushBlobs(IMAGE),
  actors: (world) => [
    actor('publisher', async () => {
      for (const blob of IMAGE.blobs) await world.mount(blob, HOME, OTHER);
      await world.publish(IMAGE, ['1.0'], OTHER);
    }),
    collector(world),
  ],
};

export const DELETE: Scenario = {
  title: 'delete a manifest ‖ publish the same ‖ collect',
  preemptions: 2,
  setUp: (world) => world.pushAll(SMALL, ['old']),
  actors: (world) => [
    actor('deleter', () => world.delete(SMALL)),
    actor('publisher', () => world.publish(SMALL, ['1.0'])),
    collector(world),
  ],
};

/** The collector begins before the manifest exists, sets its blobs aside and restores them. A client must not notice. */
export const READ: Scenario = {
  title: 'pull ‖ publish ‖ collect',
  preemptions: 2,
  setUp: (world) => world.pushBlobs(SMALL),
  actors: (world) => [
    actor('reader', () => pull(world, '1.0')),
    actor('publisher', () => world.publish(SMALL, ['1.0'])),
    collector(world),
  ],
};

export const READ_OWN: Scenario = {
  title: 'publish, then pull the same ‖ collect',
  preemptions: 3,
  setUp: (world) => world.pushBlobs(SMALL),
  actors: (world) => [
    actor('publisher', async () => {
      if (await world.publish(SMALL, ['1.0'])) await pull(world, '1.0', { mustBeThere: true });
    }),
    collector(world),
  ],
};

export const LIST_OWN: Scenario = {
  title: 'publish an artifact again, then list it ‖ collect',
  setUp: async (world) => {
    await world.pushAll(SMALL, ['1.0']);
    await world.pushAll(SIGNATURE);
    await world.storage.manifests.remove(HOME, SIGNATURE.digest);
  },
  actors: (world) => [
    actor('signer', async () => {
      if (await world.publish(SIGNATURE)) await mustBeListed(world, SIGNATURE, SMALL);
    }),
    collector(world),
  ],
};

export const DELETE_OLD: Scenario = {
  title: 'delete an old untagged manifest, then pull it ‖ collect',
  setUp: (world) => world.pushAll(SMALL),
  actors: (world) => [
    actor('deleter', async () => {
      await world.delete(SMALL);
      if (await pullDigest(world, SMALL.digest)) world.journal.problem('deleted and still served');
    }),
    collector(world),
  ],
};

/** The collector has found the manifest, and must not take the one that is pushed after the deletion. */
export const DELETE_AND_PUSH_AGAIN: Scenario = {
  title: 'delete an old untagged manifest, push it again with a tag, then pull it ‖ collect',
  preemptions: 2,
  setUp: (world) => world.pushAll(SMALL),
  actors: (world) => [
    actor('client', async () => {
      await world.delete(SMALL);
      if (await world.publish(SMALL, ['1.0'])) await pull(world, '1.0', { mustBeThere: true });
    }),
    collector(world),
  ],
};

export const DELETE_ENTRY: Scenario = {
  title: 'delete an image unless an index lists it ‖ publish such an index, then pull it',
  setUp: (world) => world.pushAll(SMALL),
  actors: (world) => [
    actor('deleter', () => world.deleteUnlisted(SMALL)),
    actor('publisher', async () => {
      if (await world.publish(SHARING, ['multi'])) await pull(world, 'multi');
    }),
  ],
};

export const DELETE_ENTRY_AND_COLLECT: Scenario = {
  ...DELETE_ENTRY,
  title: 'delete an image unless an index lists it ‖ publish such an index ‖ collect',
  preemptions: 2,
  actors: (world) => [
    actor('deleter', () => world.deleteUnlisted(SMALL)),
    actor('publisher', () => world.publish(SHARING, ['multi'])),
    collector(world),
  ],
};

export const DELETE_ENTRY_AND_PUSH: Scenario = {
  ...DELETE_ENTRY,
  title: 'delete an image unless an index lists it ‖ publish such an index ‖ publish the image',
  preemptions: 2,
  actors: (world) => [
    actor('deleter', () => world.deleteUnlisted(SMALL)),
    actor('publisher', () => world.publish(SHARING, ['multi'])),
    actor('pusher', () => world.publish(SMALL, ['1.0'])),
  ],
};

export const TWO_DELETIONS: Scenario = {
  ...DELETE_ENTRY,
  title: 'two deletions of an image unless an index lists it ‖ publish such an index',
  preemptions: 2,
  actors: (world) => [
    actor('one', () => world.deleteUnlisted(SMALL)),
    actor('other', () => world.deleteUnlisted(SMALL)),
    actor('publisher', () => world.publish(SHARING, ['multi'])),
  ],
};

/** A reader restores what collectors set aside, but must not keep a manifest from being deleted. */
export const DELETE_WHILE_PULLED: Scenario = {
  title: 'delete an unlisted image, then pull it ‖ pull the image three times',
  setUp: (world) => world.pushAll(SMALL, ['1.0']),
  actors: (world) => [
    actor('deleter', async () => {
      await world.deleteUnlisted(SMALL);
      if (await pullDigest(world, SMALL.digest)) world.journal.problem('deleted and still served');
    }),
    actor('reader', async () => {
      for (let count = 0; count < 3; count++)
        await world.storage.manifests.stat(HOME, SMALL.digest);
    }),
  ],
};

/** The scenarios that must have no violation in any schedule. */
export const SOUND = [
  OLD_BLOBS,
  OLD_CHILD,
  RETAG,
  TWO_COLLECTORS,
  TWO_TAKE_BLOBS,
  ARTIFACT,
  ARTIFACT_AND_SUBJECT,
  MOUNT,
  DELETE,
  READ,
  READ_OWN,
  LIST_OWN,
  DELETE_OLD,
  DELETE_AND_PUSH_AGAIN,
  DELETE_ENTRY,
  DELETE_ENTRY_AND_COLLECT,
  DELETE_ENTRY_AND_PUSH,
  TWO_DELETIONS,
  DELETE_WHILE_PULLED,
];
