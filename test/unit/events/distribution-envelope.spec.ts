import { describe, expect, it } from '@jest/globals';

import { type SentEvent } from '../../../src/events/webhooks/cloud-event.js';
import { distributionEnvelopeOf } from '../../../src/events/webhooks/distribution-envelope.js';

const ID = '01KB8Q5M0T0000W4V9TX2N7KQE';

const event = (type: string, data: Partial<SentEvent['data']> = {}): SentEvent => ({
  id: ID,
  type,
  time: '2026-11-29T16:20:00.123Z',
  repository: 'team/app',
  data: { sequence: 1, ...data },
});

/** What distribution 3.1.2 sent for a push of the tag 1.0, without its id, time and ports. `npm run test:observe` compares all of it. */
const RECORDED = {
  action: 'push',
  target: {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: 'sha256:eb1d2eef',
    size: 400,
    length: 400,
    repository: 'team/app',
    url: 'http://registry.example/v2/team/app/manifests/sha256:eb1d2eef',
    tag: '1.0',
  },
  request: {
    id: 'f3a2',
    addr: '10.0.0.7',
    host: 'registry.example',
    method: 'PUT',
    useragent: 'docker/28',
  },
  actor: { name: 'alice' },
};

const envelopeOf = (sent: SentEvent): { events: Record<string, unknown>[] } =>
  JSON.parse(distributionEnvelopeOf(sent, 'registry.example').body) as never;

describe('the envelope of distribution', () => {
  it('has the fields of a recorded one', () => {
    const pushed: SentEvent = {
      ...event('manifest.pushed', {
        mediaType: RECORDED.target.mediaType,
        digest: RECORDED.target.digest,
        size: 400,
        tags: ['1.0'],
        by: 'alice',
      }),
      origin: {
        requestId: 'f3a2',
        address: '10.0.0.7',
        scheme: 'http',
        host: 'registry.example',
        method: 'PUT',
        userAgent: 'docker/28',
      },
    };

    const source = { addr: 'registry.example', instanceID: 'W4V9TX2N7KQE' };
    const sent = { id: ID, timestamp: '2026-11-29T16:20:00.123Z', ...RECORDED, source };
    expect(envelopeOf(pushed).events).toEqual([sent]);
  });

  it('has one event for each tag of a push, with ids of their own', () => {
    const { events } = envelopeOf(
      event('manifest.pushed', { digest: 'sha256:a', tags: ['a', 'b'] }),
    );
    expect(events).toMatchObject([
      { id: `${ID}-1`, target: { tag: 'a' } },
      { id: `${ID}-2`, target: { tag: 'b' } },
    ]);
  });

  it('has no digest for a deleted tag', () => {
    const { events } = envelopeOf(event('tag.deleted', { digest: 'sha256:a', tag: 'a' }));
    expect(events).toMatchObject([{ action: 'delete', target: { digest: '', tag: 'a' } }]);
  });

  it.each(['ping', 'tag.created', 'gc.finished'])('is empty for %s', (type) => {
    expect(envelopeOf(event(type))).toEqual({ events: [] });
  });
});
