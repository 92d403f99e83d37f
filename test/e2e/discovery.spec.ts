import { expect, it } from '@jest/globals';
import { type Response } from 'supertest';

import { Digest } from '../../src/domain/digest.js';
import { OCI_INDEX } from '../../src/domain/media-type.js';
import {
  buildArtifact,
  buildIndex,
  CONFIG_TYPE,
  EMPTY_JSON,
  uniqueBytes,
  type ReferrerOptions,
  type BuiltManifest,
  type DescriptorJson,
} from '../../src/storage/contract/fixtures.js';
import { describeRegistry, errorBody } from '../support/registry.js';

describeRegistry('the base of the API', (registry) => {
  it.each(['/v2/', '/v2'])('identifies the registry at %s', async (path) => {
    const response = await registry().http.get(path).expect(200);
    expect(response.body).toEqual({});
    expect(response.headers['docker-distribution-api-version']).toBe('registry/2.0');
  });

  it('reports to a supervisor that it serves', async () => {
    const response = await registry().http.get('/health').expect(200);
    expect(response.body).toMatchObject({ status: 'ok' });
  });
});

describeRegistry('listing tags', (registry) => {
  const tags = ['1.0', '1.0-rc', 'Latest', '_hidden', 'latest', 'v10', 'v2'];

  async function tagged(): Promise<string> {
    const repository = registry().newRepository();
    const { bytes } = buildIndex();
    for (const tag of tags.toReversed()) {
      await registry().putManifest(repository, tag, bytes).expect(201);
    }
    return repository;
  }

  it('returns all of them in byte order', async () => {
    const repository = await tagged();
    const response = await registry().http.get(`/v2/${repository}/tags/list`).expect(200);
    expect(response.body).toEqual({ name: repository, tags });
    expect(response.headers['content-type']).toBe('application/json');
    expect(response.headers['link']).toBeUndefined();
  });

  it('begins after `last`, which need not exist, and is complete without `n`', async () => {
    const repository = await tagged();
    for (const [last, from] of [
      ['1.0', 1],
      ['v10', 6],
      ['m', 5],
      ['zzz', 7],
      ['', 0],
    ] as const) {
      const response = await registry()
        .http.get(`/v2/${repository}/tags/list?last=${last}`)
        .expect(200);
      expect(response.body.tags).toEqual(tags.slice(from));
    }
  });

  it('returns pages that are linked by Link headers', async () => {
    const repository = await tagged();
    const pages: string[][] = [];
    let path: string | undefined = `/v2/${repository}/tags/list?n=3`;
    while (path !== undefined) {
      const response: Response = await registry().http.get(path).expect(200);
      pages.push(response.body.tags as string[]);
      path = /^<(.+)>; rel="next"$/.exec(response.headers['link'] ?? '')?.[1];
    }
    expect(pages).toEqual([tags.slice(0, 3), tags.slice(3, 6), tags.slice(6)]);
  });

  it('has no Link after the last page, and none for n=0', async () => {
    const repository = await tagged();
    const list = (n: number) =>
      registry().http.get(`/v2/${repository}/tags/list?n=${n}`).expect(200);
    expect((await list(tags.length)).headers['link']).toBeUndefined();
    const none = await list(0);
    expect(none.body.tags).toEqual([]);
    expect(none.headers['link']).toBeUndefined();
    expect((await list(1_000_000)).body.tags).toEqual(tags);
  });

  it.each(['n=-1', 'n=two', 'n=1.5', 'n=', 'n=1&n=2'])('refuses %s', async (query) => {
    const repository = await tagged();
    await registry().http.get(`/v2/${repository}/tags/list?${query}`).expect(400);
  });

  it('answers 404 before the first manifest of a repository, and an empty list after its last tag', async () => {
    const repository = registry().newRepository();
    await registry().pushBlob(repository, uniqueBytes(10));
    const before = await registry().http.get(`/v2/${repository}/tags/list`).expect(404);
    expect(before.body).toMatchObject(errorBody('NAME_UNKNOWN'));
    await registry().putManifest(repository, 'only', buildIndex().bytes).expect(201);
    await registry().http.delete(`/v2/${repository}/manifests/only`).expect(202);
    const after = await registry().http.get(`/v2/${repository}/tags/list`).expect(200);
    expect(after.body).toEqual({ name: repository, tags: [] });
  });
});

describeRegistry('listing referrers', (registry) => {
  const SBOM = 'application/vnd.example.sbom';
  const SIGNATURE = 'application/vnd.example.signature';

  async function attach(
    repository: string,
    subject: DescriptorJson,
    options: ReferrerOptions,
  ): Promise<BuiltManifest> {
    await registry().pushBlob(repository, EMPTY_JSON);
    const artifact = buildArtifact(subject, options);
    await registry().putManifest(repository, `${artifact.digest}`, artifact.bytes).expect(201);
    return artifact;
  }

  it.each(['of a subject without any', 'in an unknown repository'])(
    'returns an empty index %s',
    async (where) => {
      const repository = registry().newRepository();
      const { digest } = where.startsWith('of')
        ? await registry().pushImage(repository)
        : { digest: Digest.of(uniqueBytes(3)) };
      const response = await registry()
        .http.get(`/v2/${repository}/referrers/${digest}`)
        .expect(200);
      expect(response.headers['content-type']).toBe(OCI_INDEX);
      expect(response.body).toEqual({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] });
    },
  );

  it('lists each with its type, size, annotations and artifact type', async () => {
    const repository = registry().newRepository();
    const subject = (await registry().pushImage(repository)).descriptor;
    const annotations = { 'org.example': 'one' };
    const typed = await attach(repository, subject, { artifactType: SBOM, annotations });
    const byConfig = await attach(repository, subject, {
      configType: CONFIG_TYPE,
      annotations: {},
    });
    const response = await registry()
      .http.get(`/v2/${repository}/referrers/${subject.digest}`)
      .expect(200);
    const expected = [
      { ...typed.descriptor, artifactType: SBOM, annotations },
      { ...byConfig.descriptor, artifactType: CONFIG_TYPE, annotations: {} },
    ];
    expect(response.body.manifests).toHaveLength(2);
    expect(response.body.manifests).toEqual(expect.arrayContaining(expected));
  });

  it('filters by artifact type, and reports the filter', async () => {
    const repository = registry().newRepository();
    const subject = (await registry().pushImage(repository)).descriptor;
    const sbom = await attach(repository, subject, { artifactType: SBOM });
    await attach(repository, subject, { artifactType: SIGNATURE });
    const path = `/v2/${repository}/referrers/${subject.digest}`;
    const all = await registry().http.get(path).expect(200);
    expect(all.headers['oci-filters-applied']).toBeUndefined();
    const filtered = await registry().http.get(path).query({ artifactType: SBOM }).expect(200);
    expect(filtered.headers['oci-filters-applied']).toBe('artifactType');
    expect(filtered.body.manifests).toMatchObject([sbom.descriptor]);
  });

  it('returns pages whose Link headers keep the filter', async () => {
    const repository = registry().newRepository();
    const subject = (await registry().pushImage(repository)).descriptor;
    const attached: string[] = [];
    for (let index = 0; index < 5; index++) {
      attached.push(`${(await attach(repository, subject, { artifactType: SBOM })).digest}`);
      await attach(repository, subject, { artifactType: SIGNATURE });
    }
    const listed: string[] = [];
    let path: string | undefined =
      `/v2/${repository}/referrers/${subject.digest}?n=2&artifactType=${SBOM}`;
    let pages = 0;
    for (; path !== undefined; pages++) {
      const response: Response = await registry().http.get(path).expect(200);
      expect(response.headers['oci-filters-applied']).toBe('artifactType');
      listed.push(...(response.body.manifests as DescriptorJson[]).map(({ digest }) => digest));
      path = /^<(.+)>; rel="next"$/.exec(response.headers['link'] ?? '')?.[1];
    }
    expect(pages).toBe(3);
    expect(listed).toEqual(attached.toSorted());
  });

  it('splits a list that is too long for one index into pages', async () => {
    const repository = registry().newRepository();
    const subject = (await registry().pushImage(repository)).descriptor;
    for (let index = 0; index < 55; index++) {
      const filling = `${index}`.padEnd(60_000, 'x');
      await attach(repository, subject, { annotations: { filling } });
    }
    const response = await registry()
      .http.get(`/v2/${repository}/referrers/${subject.digest}`)
      .expect(200);
    expect(response.body.manifests).toHaveLength(52);
    const next = /^<(.+)>; rel="next"$/.exec(response.headers['link'] ?? '')?.[1] ?? '';
    expect((await registry().http.get(next).expect(200)).body.manifests).toHaveLength(3);
  });

  it('leaves out annotations of more than 64 KiB', async () => {
    const repository = registry().newRepository();
    const subject = (await registry().pushImage(repository)).descriptor;
    await attach(repository, subject, { annotations: { filling: 'x'.repeat(70_000) } });
    const response = await registry()
      .http.get(`/v2/${repository}/referrers/${subject.digest}`)
      .expect(200);
    expect(response.body.manifests).toHaveLength(1);
    expect(response.body.manifests[0]).not.toHaveProperty('annotations');
  });

  it('lists a referrer once that is also under a fallback tag', async () => {
    const repository = registry().newRepository();
    const subject = (await registry().pushImage(repository)).descriptor;
    const artifact = await attach(repository, subject, { artifactType: SIGNATURE });
    const fallback = buildIndex([artifact.descriptor]);
    await registry()
      .putManifest(repository, subject.digest.replace(':', '-'), fallback.bytes)
      .expect(201);
    const response = await registry()
      .http.get(`/v2/${repository}/referrers/${subject.digest}`)
      .expect(200);
    expect(response.body.manifests).toMatchObject([artifact.descriptor]);
  });

  it('lists the entries of an old client’s fallback tag, in order and in pages', async () => {
    const repository = registry().newRepository();
    const subject = (await registry().pushImage(repository)).descriptor;
    const other = (await registry().pushImage(repository)).descriptor;
    const old = [buildIndex(), buildIndex(), buildIndex()];
    for (const { digest, bytes } of old)
      await registry().putManifest(repository, `${digest}`, bytes).expect(201);
    const attached = await attach(repository, subject, { artifactType: SBOM });
    const ofOther = await attach(repository, other, { artifactType: SBOM });
    const entries = [...old, attached, ofOther].map(({ descriptor }) => descriptor);
    const fallback = buildIndex([...entries]);
    await registry()
      .putManifest(repository, subject.digest.replace(':', '-'), fallback.bytes)
      .expect(201);
    const expected = [...old, attached].map(({ digest }) => `${digest}`).sort();
    const path = `/v2/${repository}/referrers/${subject.digest}`;
    const all = await registry().http.get(path).expect(200);
    expect((all.body.manifests as DescriptorJson[]).map(({ digest }) => digest)).toEqual(expected);
    const page = await registry().http.get(`${path}?n=2&last=${expected[0]}`).expect(200);
    expect((page.body.manifests as DescriptorJson[]).map(({ digest }) => digest)).toEqual(
      expected.slice(1, 3),
    );
    const sboms = await registry().http.get(path).query({ artifactType: SBOM }).expect(200);
    expect(sboms.body.manifests).toMatchObject([attached.descriptor]);
  });

  it.each(['sha256:short', 'latest'])('refuses the subject %s', async (subject) => {
    const path = `/v2/${registry().newRepository()}/referrers/${subject}`;
    const response = await registry().http.get(path).expect(400);
    expect(response.body).toMatchObject(errorBody('DIGEST_INVALID'));
  });
});

describeRegistry('the catalog', (registry) => {
  it('lists the repositories that have manifests, in byte order and in pages', async () => {
    const names = ['a', 'a-b', 'a.b', 'a/b', 'ab', 'b/tags/list'];
    for (const name of names.toReversed()) {
      await registry().putManifest(name, 'it', buildIndex().bytes).expect(201);
    }
    await registry().pushBlob('only/blobs', uniqueBytes(3));
    const all = await registry().http.get('/v2/_catalog').expect(200);
    expect(all.body).toEqual({ repositories: names });
    const page = await registry().http.get('/v2/_catalog?n=2&last=a-b').expect(200);
    expect(page.body).toEqual({ repositories: ['a.b', 'a/b'] });
    expect(page.headers['link']).toBe('</v2/_catalog?n=2&last=a%2Fb>; rel="next"');
    const list = await registry().http.get('/v2/b/tags/list/tags/list').expect(200);
    expect(list.body).toEqual({ name: 'b/tags/list', tags: ['it'] });
  });
});
