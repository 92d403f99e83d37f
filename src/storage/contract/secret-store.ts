import assert from 'node:assert/strict';

import { SECRET_PURPOSES, type SecretPurpose, type SecretStore } from '../ports/secret-store.js';
import { storagePerTest, type StorageFactory } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

/** Resolves to the sorted names of a purpose. A store may list them in any order. */
async function namesIn(secrets: SecretStore, purpose: SecretPurpose): Promise<string[]> {
  return [...(await secrets.list(purpose))].sort();
}

const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();

/** Declares the tests of `SecretStore`. */
export function secretStoreContract(runner: TestRunner, factory: StorageFactory): void {
  const { it } = runner;
  const subject = storagePerTest(runner, factory);

  it('is empty at first', async () => {
    const { secrets } = subject.storage;

    assert.deepEqual(await namesIn(secrets, 'robots'), []);
    assert.equal(await secrets.get('robots', 'abc'), undefined);
    assert.equal(await secrets.remove('robots', 'abc'), false);
  });

  it('returns a stored secret in every instance until it is replaced', async () => {
    const second = await subject.secondInstance();
    await subject.storage.secrets.put('robots', 'abc', Buffer.from('first'));
    assert.equal(text(await second.secrets.get('robots', 'abc')), 'first');

    await second.secrets.put('robots', 'abc', Buffer.from('second'));

    assert.equal(text(await subject.storage.secrets.get('robots', 'abc')), 'second');
    assert.deepEqual(await namesIn(subject.storage.secrets, 'robots'), ['abc']);
  });

  it('keeps a copy of the bytes', async () => {
    const secret = Buffer.from('secret');
    await subject.storage.secrets.put('robots', 'abc', secret);

    secret.fill(0);

    assert.equal(text(await subject.storage.secrets.get('robots', 'abc')), 'secret');
  });

  it('keeps secrets of different purposes apart', async () => {
    const { secrets } = subject.storage;
    await secrets.put('robots', 'abc', Buffer.from('a robot'));
    await secrets.put('signing-keys', 'abc', Buffer.from('a key'));
    await secrets.put('signing-keys', '1767225600000-0123456789abcdef', Buffer.from('a key'));

    assert.equal(await secrets.remove('robots', 'abc'), true);

    assert.deepEqual(await namesIn(secrets, 'robots'), []);
    assert.deepEqual(await namesIn(secrets, 'signing-keys'), [
      '1767225600000-0123456789abcdef',
      'abc',
    ]);
    assert.equal(text(await secrets.get('signing-keys', 'abc')), 'a key');
  });

  it('keeps secrets of every purpose, under names of 80 characters', async () => {
    const { secrets } = subject.storage;
    const name = `1767225600000-${'0123456789abcdef'.repeat(4)}-x`;
    for (const purpose of SECRET_PURPOSES) await secrets.put(purpose, name, Buffer.from(purpose));

    for (const purpose of SECRET_PURPOSES) {
      assert.equal(text(await secrets.get(purpose, name)), purpose);
      assert.deepEqual(await namesIn(secrets, purpose), [name]);
    }
  });

  it('finds nothing by an invalid name', async () => {
    const { secrets } = subject.storage;
    await secrets.put('robots', 'abc', Buffer.from('secret'));

    for (const name of ['', '.', '../robots/abc', 'abc/', 'ABC', '%61bc', 'a\0bc']) {
      assert.equal(await secrets.get('robots', name), undefined);
      assert.equal(await secrets.remove('robots', name), false);
    }
  });

  it('stores nothing under an invalid name', async () => {
    const { secrets } = subject.storage;

    for (const name of ['', '../robots/abc', 'ABC']) {
      await assert.rejects(secrets.put('robots', name, Buffer.from('secret')));
    }
    assert.deepEqual(await namesIn(secrets, 'robots'), []);
  });

  it('lists a secret only after it was written completely', async () => {
    const { secrets } = subject.storage;
    const names = Array.from({ length: 20 }, (_, index) => `name-${index}`);
    const writing = Promise.all(
      names.map((name) => secrets.put('robots', name, Buffer.from('whole'))),
    );
    const seen = new Set<string>();
    for (let round = 0; round < 10; round++) {
      for (const name of await secrets.list('robots')) {
        seen.add(name);
        assert.equal(text(await secrets.get('robots', name)), 'whole');
      }
    }
    await writing;
    assert.deepEqual(
      [...seen].filter((name) => !names.includes(name)),
      [],
    );
    assert.equal((await secrets.list('robots')).length, 20);
  });
}
