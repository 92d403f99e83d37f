import { describe, expect, it } from '@jest/globals';

import {
  ObjectUrls,
  type CredentialsOfClient,
} from '../../../../src/storage/postgres/s3/object-urls.js';
import { presign, signingKey } from '../../../../src/storage/postgres/s3/presign.js';

const MINUTE_MS = 60_000;
const LOGIN = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

describe('a signed URL', () => {
  it('has the signature of the example in the documentation of AWS', () => {
    const at = Date.parse('2013-05-24T00:00:00Z');
    const url = presign({
      url: new URL('https://examplebucket.s3.amazonaws.com/test.txt'),
      region: 'us-east-1',
      credentials: LOGIN,
      key: signingKey(LOGIN.secretAccessKey, 'us-east-1', at),
      at,
      expiresS: 86_400,
    });

    expect(new URL(url).searchParams.get('X-Amz-Signature')).toBe(
      'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    );
  });
});

describe('the URL of an object', () => {
  let now = 0;
  let credentials: CredentialsOfClient = LOGIN;
  const options = { bucket: 'images', prefix: '', region: 'us-east-1', pathStyle: true };
  const urls = new ObjectUrls(
    options,
    () => Promise.resolve(credentials),
    () => now,
  );
  const urlOf = async (key: string): Promise<string> => {
    const place = await urls.of(key);
    return 'url' in place ? place.url : '';
  };

  it('is the same for five minutes, and another one after that', async () => {
    now = 60 * MINUTE_MS;
    const first = await urlOf('a');
    now += 4 * MINUTE_MS;
    expect(await urlOf('a')).toBe(first);
    now += MINUTE_MS;
    expect(await urlOf('a')).not.toBe(first);
  });

  it('is of this object only', async () => {
    const [one, other] = [await urlOf('a'), await urlOf('b')];

    expect([new URL(one).pathname, new URL(other).pathname]).toEqual(['/images/a', '/images/b']);
    expect(await urlOf('a')).toBe(one);
  });

  it('is signed again with other credentials, and ends with them', async () => {
    const before = await urlOf('a');
    const expiration = new Date(now + MINUTE_MS);
    credentials = { ...LOGIN, secretAccessKey: 'another', sessionToken: 'token', expiration };

    expect(await urlOf('a')).not.toBe(before);
    expect(await urls.of('a')).toMatchObject({ until: expiration.getTime() });
  });
});
