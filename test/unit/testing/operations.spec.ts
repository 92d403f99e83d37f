import { describe, expect, it } from '@jest/globals';

import { targetOf } from '../../../src/testing/operations.js';

const DIGEST = `sha256:${'0'.repeat(64)}`;

describe('the operation of a request', () => {
  it.each([
    ['GET', '/v2/', 'ping', '', ''],
    ['GET', '/v2', 'ping', '', ''],
    ['GET', '/v2/_catalog?n=2', 'catalog.list', '', ''],
    ['GET', '/v2/_token?service=x', 'token', '', ''],
    ['GET', '/v2/team/app/manifests/1.0', 'manifest.get', 'team/app', '1.0'],
    ['HEAD', `/v2/team/app/manifests/${DIGEST}`, 'manifest.head', 'team/app', DIGEST],
    ['PUT', '/v2/app/manifests/1.0', 'manifest.put', 'app', '1.0'],
    ['DELETE', '/v2/app/manifests/1.0', 'manifest.delete', 'app', '1.0'],
    ['GET', `/v2/app/blobs/${DIGEST}`, 'blob.get', 'app', DIGEST],
    ['HEAD', `/v2/app/blobs/${DIGEST.replace(':', '%3A')}`, 'blob.head', 'app', DIGEST],
    ['DELETE', `/v2/app/blobs/${DIGEST}`, 'blob.delete', 'app', DIGEST],
    ['POST', '/v2/app/blobs/uploads/', 'upload.start', 'app', ''],
    ['POST', '/v2/app/blobs/uploads', 'upload.start', 'app', ''],
    ['POST', `/v2/app/blobs/uploads/?digest=${DIGEST}`, 'upload.single', 'app', ''],
    ['POST', `/v2/app/blobs/uploads/?mount=${DIGEST}&from=b`, 'blob.mount', 'app', ''],
    ['GET', '/v2/app/blobs/uploads/a-b', 'upload.status', 'app', 'a-b'],
    ['PATCH', '/v2/app/blobs/uploads/a-b', 'upload.chunk', 'app', 'a-b'],
    ['PUT', `/v2/app/blobs/uploads/a-b?digest=${DIGEST}`, 'upload.finish', 'app', 'a-b'],
    ['DELETE', '/v2/app/blobs/uploads/a-b', 'upload.cancel', 'app', 'a-b'],
    ['GET', '/v2/team/app/tags/list', 'tags.list', 'team/app', ''],
    ['GET', `/v2/app/referrers/${DIGEST}`, 'referrers.list', 'app', DIGEST],
    ['GET', '/v2/blobs/uploads/manifests/1', 'manifest.get', 'blobs/uploads', '1'],
    ['POST', '/v2/app/manifests/1.0', 'other', 'app', '1.0'],
    ['GET', '/health', 'other', '', ''],
    ['GET', '/v2/app/manifests/%', 'manifest.get', 'app', '%'],
  ])('%s %s is %s', (method, url, operation, repository, reference) => {
    expect(targetOf(method, url)).toMatchObject({ operation, repository, reference, method });
  });

  it('has the path and the query as the client sent them', () => {
    expect(targetOf('GET', '/v2/_catalog?n=2&last=a?b')).toMatchObject({
      path: '/v2/_catalog',
      query: 'n=2&last=a?b',
    });
  });
});
