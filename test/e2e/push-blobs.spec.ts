import { expect, it } from '@jest/globals';

import { Digest } from '../../src/domain/digest.js';
import { uniqueBytes } from '../../src/storage/contract/fixtures.js';
import { describeRegistry, errorBody } from '../support/registry.js';

const UPLOAD = /^\/v2\/(team\/repository-\d+)\/blobs\/uploads\/[0-9a-f-]{36}$/;

describeRegistry('pushing a blob', (registry) => {
  async function expectBlob(
    repository: string,
    bytes: Buffer,
    digest = Digest.of(bytes),
  ): Promise<void> {
    const got = await registry().http.get(`/v2/${repository}/blobs/${digest}`).expect(200);
    expect((got.body as Buffer).equals(bytes)).toBe(true);
  }

  it.each(['sha256', 'sha512'] as const)('works by POST, then PUT with %s', async (algorithm) => {
    const repository = registry().newRepository();
    const bytes = uniqueBytes(1_000);
    const digest = Digest.of(bytes, algorithm);
    const begun = await registry().http.post(`/v2/${repository}/blobs/uploads/`).expect(202);
    expect(begun.headers).toMatchObject({ range: '0-0', 'content-length': '0' });
    const location = String(begun.headers['location']);
    expect(location).toMatch(UPLOAD);
    const closed = await registry()
      .http.put(`${location}?digest=${digest}`)
      .send(bytes)
      .expect(201);
    expect(closed.headers).toMatchObject({
      location: `/v2/${repository}/blobs/${digest}`,
      'docker-content-digest': digest.toString(),
      'content-length': '0',
    });
    await expectBlob(repository, bytes, digest);
    await registry().http.get(location).expect(404);
  });

  it.each([0, 1_000])('works by a single POST of %d bytes', async (length) => {
    const repository = registry().newRepository();
    const bytes = uniqueBytes(length);
    const digest = Digest.of(bytes);
    const path = `/v2/${repository}/blobs/uploads/?digest=${digest}`;
    const response = await registry().http.post(path).send(bytes).expect(201);
    expect(response.headers['location']).toBe(`/v2/${repository}/blobs/${digest}`);
    await expectBlob(repository, bytes);
  });

  it('refuses a single POST whose content does not match its digest', async () => {
    const repository = registry().newRepository();
    const digest = Digest.of(uniqueBytes(10));
    const path = `/v2/${repository}/blobs/uploads/?digest=${digest}`;
    const response = await registry().http.post(path).send(uniqueBytes(10)).expect(400);
    expect(response.body).toMatchObject(errorBody('DIGEST_INVALID'));
    await registry().http.head(`/v2/${repository}/blobs/${digest}`).expect(404);
  });

  it('works by streamed PATCHes without Content-Range', async () => {
    const repository = registry().newRepository();
    const bytes = uniqueBytes(3_000);
    const location = await registry().beginUpload(repository);
    const first = await registry().http.patch(location).send(bytes.subarray(0, 2_000)).expect(202);
    expect(first.headers).toMatchObject({ location, range: '0-1999' });
    await registry().http.patch(location).send(bytes.subarray(2_000)).expect(202);
    await registry()
      .http.put(`${location}?digest=${Digest.of(bytes)}`)
      .expect(201);
    await expectBlob(repository, bytes);
  });

  it.each(['by PATCH', 'by the closing PUT'])('works by chunks, the last %s', async (last) => {
    const repository = registry().newRepository();
    const bytes = uniqueBytes(2_500);
    const location = await registry().beginUpload(repository);
    const send = (method: 'patch' | 'put', target: string, start: number, end: number) =>
      registry()
        .http[method](target)
        .set('Content-Range', `${start}-${end - 1}`)
        .send(bytes.subarray(start, end));
    await send('patch', location, 0, 1_024).expect(202).expect('Range', '0-1023');
    await send('patch', location, 1_024, 2_048).expect(202).expect('Range', '0-2047');
    const close = `${location}?digest=${Digest.of(bytes)}`;
    if (last === 'by PATCH') {
      await send('patch', location, 2_048, 2_500).expect(202).expect('Range', '0-2499');
      await registry().http.put(close).expect(201);
    } else {
      await send('put', close, 2_048, 2_500).expect(201);
    }
    await expectBlob(repository, bytes);
  });

  it.each(['patch', 'put'] as const)(
    'answers 416 to a %s that does not begin where the upload ends, and continues afterwards',
    async (method) => {
      const repository = registry().newRepository();
      const bytes = uniqueBytes(2_000);
      const digest = Digest.of(bytes);
      const location = await registry().beginUpload(repository);
      await registry().http.patch(location).send(bytes.subarray(0, 1_000)).expect(202);
      const target = method === 'put' ? `${location}?digest=${digest}` : location;
      for (const range of ['999-1998', '1001-2000', '0-999']) {
        const request = registry().http[method](target).set('Content-Range', range);
        const response = await request.send(bytes.subarray(0, 1_000)).expect(416);
        expect(response.body).toMatchObject(errorBody('BLOB_UPLOAD_INVALID'));
        await registry().http.get(target).expect(204).expect('Range', '0-999');
      }
      const rest = bytes.subarray(1_000);
      await registry()
        .http.put(`${location}?digest=${digest}`)
        .set('Content-Range', '1000-1999')
        .send(rest)
        .expect(201);
      await expectBlob(repository, bytes);
    },
  );

  it.each(['9-0', 'bytes */10', 'a-b', '0', '-5'])(
    'refuses the Content-Range %s',
    async (range) => {
      const location = await registry().beginUpload(registry().newRepository());
      const response = await registry()
        .http.patch(location)
        .set('Content-Range', range)
        .send(uniqueBytes(10))
        .expect(400);
      expect(response.body).toMatchObject(errorBody('BLOB_UPLOAD_INVALID'));
    },
  );

  it('keeps only the announced part of a chunk that is longer than its Content-Range', async () => {
    const location = await registry().beginUpload(registry().newRepository());
    const chunked = registry()
      .http.patch(location)
      .set('Content-Range', '0-4')
      .set('Transfer-Encoding', 'chunked');
    chunked.write('abc');
    chunked.write('defgh');
    await chunked.expect(400);
    await registry().http.get(location).expect(204).expect('Range', '0-4');
  });

  it('refuses a Content-Range that is not as long as the body', async () => {
    const location = await registry().beginUpload(registry().newRepository());
    const response = await registry()
      .http.patch(location)
      .set('Content-Range', '0-19')
      .send(uniqueBytes(10))
      .expect(400);
    expect(response.body).toMatchObject(errorBody('SIZE_INVALID'));
    await registry().http.get(location).expect(204).expect('Range', '0-0');
  });

  it('reports the progress of an upload, also before its first byte', async () => {
    const location = await registry().beginUpload(registry().newRepository());
    const status = await registry().http.get(location).expect(204);
    expect(status.headers).toMatchObject({ location, range: '0-0' });
    expect(status.headers['content-length']).toBeUndefined();
  });

  it('keeps a session after a closing PUT with a wrong digest, to be resumed', async () => {
    const repository = registry().newRepository();
    const bytes = uniqueBytes(1_500);
    const location = await registry().beginUpload(repository);
    await registry().http.patch(location).send(bytes.subarray(0, 1_000)).expect(202);
    const wrong = `${location}?digest=${Digest.of(uniqueBytes(5))}`;
    const response = await registry().http.put(wrong).expect(400);
    expect(response.body).toMatchObject(errorBody('DIGEST_INVALID'));
    await registry().http.get(location).expect(204).expect('Range', '0-999');
    await registry()
      .http.put(`${location}?digest=${Digest.of(bytes)}`)
      .send(bytes.subarray(1_000))
      .expect(201);
    await expectBlob(repository, bytes);
  });

  it('cancels a session', async () => {
    const location = await registry().beginUpload(registry().newRepository());
    await registry().http.patch(location).send(uniqueBytes(10)).expect(202);
    await registry().http.delete(location).expect(204);
    for (const method of ['get', 'patch', 'delete'] as const) {
      const response = await registry().http[method](location).expect(404);
      expect(response.body).toMatchObject(errorBody('BLOB_UPLOAD_UNKNOWN'));
    }
  });

  it('accepts the announced digest algorithm and another one in the closing PUT', async () => {
    const repository = registry().newRepository();
    const bytes = uniqueBytes(100);
    for (const [announced, used] of [
      ['sha512', 'sha512'],
      ['sha512', 'sha256'],
      ['sha256', 'sha512'],
    ] as const) {
      const location = await registry().beginUpload(repository, `?digest-algorithm=${announced}`);
      await registry().http.patch(location).send(bytes).expect(202);
      await registry()
        .http.put(`${location}?digest=${Digest.of(bytes, used)}`)
        .expect(201);
      await expectBlob(repository, bytes, Digest.of(bytes, used));
    }
    const path = `/v2/${repository}/blobs/uploads/?digest-algorithm=md5`;
    const response = await registry().http.post(path).expect(400);
    expect(response.body).toMatchObject(errorBody('DIGEST_INVALID'));
  });

  it('does not give access to an upload through another repository', async () => {
    const [own, other] = [registry().newRepository(), registry().newRepository()];
    const bytes = uniqueBytes(10);
    const location = await registry().beginUpload(own);
    const elsewhere = location.replace(own, other);
    await registry().http.get(elsewhere).expect(404);
    await registry().http.patch(elsewhere).send(bytes).expect(404);
    await registry()
      .http.put(`${elsewhere}?digest=${Digest.of(bytes)}`)
      .send(bytes)
      .expect(404);
    await registry().http.delete(elsewhere).expect(404);
    await registry()
      .http.put(`${location}?digest=${Digest.of(bytes)}`)
      .send(bytes)
      .expect(201);
  });

  it.each(['', '?digest=', '?digest=sha256:short', '?digest=md5:0123'])(
    'refuses a closing PUT with the query "%s"',
    async (query) => {
      const location = await registry().beginUpload(registry().newRepository());
      const response = await registry()
        .http.put(`${location}${query}`)
        .send(uniqueBytes(5))
        .expect(400);
      expect(response.body).toMatchObject(errorBody('DIGEST_INVALID'));
    },
  );
});

describeRegistry('mounting a blob', (registry) => {
  it.each(['from the repository that has it', 'without naming a source'])(
    'works %s',
    async (how) => {
      const [source, target] = [registry().newRepository(), registry().newRepository()];
      const bytes = uniqueBytes(100);
      const digest = await registry().pushBlob(source, bytes);
      const from = how.startsWith('from') ? `&from=${source}` : '';
      const mount = `/v2/${target}/blobs/uploads/?mount=${digest}${from}`;
      const response = await registry().http.post(mount).expect(201);
      expect(response.headers).toMatchObject({
        location: `/v2/${target}/blobs/${digest}`,
        'docker-content-digest': digest,
      });
      const got = await registry().http.get(`/v2/${target}/blobs/${digest}`).expect(200);
      expect((got.body as Buffer).equals(bytes)).toBe(true);
    },
  );

  it.each(['&from=team/nobody', ''])(
    'begins an upload when no repository has the blob (query "%s")',
    async (from) => {
      const repository = registry().newRepository();
      const bytes = uniqueBytes(100);
      const digest = Digest.of(bytes);
      const location = await registry().beginUpload(repository, `?mount=${digest}${from}`);
      await registry().http.put(`${location}?digest=${digest}`).send(bytes).expect(201);
    },
  );

  it('takes a blob only from the named repository', async () => {
    const [source, other, target] = Array.from({ length: 3 }, () => registry().newRepository());
    const digest = await registry().pushBlob(String(source), uniqueBytes(10));
    await registry()
      .http.post(`/v2/${target}/blobs/uploads/?mount=${digest}&from=${other}`)
      .expect(202);
    await registry().http.head(`/v2/${target}/blobs/${digest}`).expect(404);
  });

  it('refuses an invalid digest', async () => {
    const path = `/v2/${registry().newRepository()}/blobs/uploads/?mount=sha256:short`;
    const response = await registry().http.post(path).expect(400);
    expect(response.body).toMatchObject(errorBody('DIGEST_INVALID'));
  });

  it.each(['', 'Not/A/Name', 'a/../b'])(
    'begins an upload when the source "%s" is not a valid name',
    async (from) => {
      const digest = await registry().pushBlob(registry().newRepository(), uniqueBytes(10));
      await registry().beginUpload(registry().newRepository(), `?mount=${digest}&from=${from}`);
    },
  );
});
