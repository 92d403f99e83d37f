import { expect, it } from '@jest/globals';

import { Digest } from '../../src/domain/digest.js';
import {
  buildArtifact,
  buildIndex,
  EMPTY_JSON,
  uniqueBytes,
} from '../../src/storage/contract/fixtures.js';
import { describeRegistry, errorBody } from '../support/registry.js';

describeRegistry('deleting', (registry) => {
  it('removes a tag and leaves its manifest', async () => {
    const repository = registry().newRepository();
    const { digest } = await registry().pushImage(repository, '1.0');
    await registry().http.delete(`/v2/${repository}/manifests/1.0`).expect(202);
    await registry().http.get(`/v2/${repository}/manifests/1.0`).expect(404);
    await registry().http.get(`/v2/${repository}/manifests/${digest}`).expect(200);
    const again = await registry().http.delete(`/v2/${repository}/manifests/1.0`).expect(404);
    expect(again.body).toMatchObject(errorBody('MANIFEST_UNKNOWN'));
  });

  it('removes a manifest with all its tags, and no other tag', async () => {
    const repository = registry().newRepository();
    const [gone, kept] = [buildIndex(), buildIndex()];
    await registry().putManifest(repository, `${gone.digest}?tag=a&tag=b`, gone.bytes).expect(201);
    await registry().putManifest(repository, `${kept.digest}?tag=c`, kept.bytes).expect(201);
    await registry().http.delete(`/v2/${repository}/manifests/${gone.digest}`).expect(202);
    for (const reference of [`${gone.digest}`, 'a', 'b']) {
      await registry().http.head(`/v2/${repository}/manifests/${reference}`).expect(404);
    }
    const list = await registry().http.get(`/v2/${repository}/tags/list`).expect(200);
    expect(list.body.tags).toEqual(['c']);
    await registry().http.delete(`/v2/${repository}/manifests/${gone.digest}`).expect(404);
  });

  it('does not bring the tags back when the manifest is pushed again', async () => {
    const repository = registry().newRepository();
    const { digest, bytes } = buildIndex();
    await registry().putManifest(repository, 'old', bytes).expect(201);
    await registry().http.delete(`/v2/${repository}/manifests/${digest}`).expect(202);
    await registry().putManifest(repository, `${digest}`, bytes).expect(201);
    await registry().http.head(`/v2/${repository}/manifests/old`).expect(404);
  });

  it('removes a deleted artifact from the referrers of its subject', async () => {
    const repository = registry().newRepository();
    const image = await registry().pushImage(repository);
    await registry().pushBlob(repository, EMPTY_JSON);
    const artifact = buildArtifact(image.descriptor, {});
    await registry().putManifest(repository, `${artifact.digest}`, artifact.bytes).expect(201);
    await registry().http.delete(`/v2/${repository}/manifests/${artifact.digest}`).expect(202);
    const list = await registry()
      .http.get(`/v2/${repository}/referrers/${image.digest}`)
      .expect(200);
    expect(list.body.manifests).toEqual([]);
  });

  it('refuses to remove a manifest that an index lists, and names the index', async () => {
    const repository = registry().newRepository();
    const image = await registry().pushImage(repository, 'amd64');
    const index = buildIndex([image.descriptor]);
    await registry().putManifest(repository, '1.0', index.bytes).expect(201);
    const path = `/v2/${repository}/manifests/${image.digest}`;
    const refused = await registry().http.delete(path).expect(403);
    expect(refused.body).toMatchObject(errorBody('DENIED'));
    expect(refused.body.errors[0].message).toBe(
      `${image.digest} is part of the index ${index.digest}: delete the index first`,
    );
    await registry().http.head(path).expect(200);
    await registry().http.head(`/v2/${repository}/manifests/amd64`).expect(200);
    // By tag only the tag goes, which the index does not need.
    await registry().http.delete(`/v2/${repository}/manifests/amd64`).expect(202);
    await registry().http.delete(`/v2/${repository}/manifests/${index.digest}`).expect(202);
    await registry().http.delete(path).expect(202);
  });

  it('removes a blob from one repository only', async () => {
    const [one, other] = [registry().newRepository(), registry().newRepository()];
    const bytes = uniqueBytes(10);
    const digest = await registry().pushBlob(one, bytes);
    await registry().pushBlob(other, bytes);
    await registry().http.delete(`/v2/${one}/blobs/${digest}`).expect(202);
    await registry().http.head(`/v2/${one}/blobs/${digest}`).expect(404);
    const again = await registry().http.delete(`/v2/${one}/blobs/${digest}`).expect(404);
    expect(again.body).toMatchObject(errorBody('BLOB_UNKNOWN'));
    await registry().http.get(`/v2/${other}/blobs/${digest}`).expect(200);
  });

  it('answers 404 for content that never existed', async () => {
    const repository = registry().newRepository();
    const digest = Digest.of(uniqueBytes(4));
    for (const path of [`manifests/${digest}`, 'manifests/none', `blobs/${digest}`]) {
      await registry().http.delete(`/v2/${repository}/${path}`).expect(404);
    }
  });
});
