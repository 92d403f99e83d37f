import { describe, expect, it } from '@jest/globals';

import { LoginThrottle } from '../../../src/access/identity/login-throttle.js';
import { bytesHeldBy } from '../../support/heap.js';

function throttle(): {
  begin: (address: string, name: string) => void;
  login: (address: string, name: string) => void;
  pass: (ms: number) => void;
} {
  let now = 0;
  const all = new LoginThrottle(() => now);
  return {
    begin: (address, name) => void all.begin(address, name),
    login: (address, name) => all.begin(address, name).succeeded(),
    pass: (ms) => void (now += ms),
  };
}

const refusal = expect.objectContaining({ kind: 'too-many-requests' });

describe('failed logins', () => {
  it('are slowed down for a name and an address after five, with a Retry-After', () => {
    const { begin, pass } = throttle();
    for (let count = 0; count < 5; count++) begin('10.0.0.1', 'alice');
    expect(() => begin('10.0.0.1', 'alice')).toThrow(
      expect.objectContaining({ kind: 'too-many-requests', detail: { retryAfter: 12 } }),
    );
    pass(12_000);
    begin('10.0.0.1', 'alice');
    expect(() => begin('10.0.0.1', 'alice')).toThrow(refusal);
  });

  it('do not lock out others from the same address, or the same name from another address', () => {
    const { begin } = throttle();
    for (let count = 0; count < 5; count++) begin('10.0.0.1', 'alice');
    begin('10.0.0.1', 'bob');
    begin('10.0.0.2', 'alice');
  });

  it('of many names from one address are slowed down, except for a name that logged in from there before', () => {
    const { begin, login } = throttle();
    login('10.0.0.1', 'alice');
    for (let count = 0; count < 30; count++) begin('10.0.0.1', `guess${count}`);
    expect(() => begin('10.0.0.1', 'guess')).toThrow(refusal);
    login('10.0.0.1', 'alice');
    begin('10.0.0.2', 'guess');
  });

  it('of one name from many addresses are slowed down, except from an address where it logged in before', () => {
    const { begin, login } = throttle();
    login('192.168.1.1', 'alice');
    for (let count = 0; count < 30; count++) begin(`10.0.0.${count}`, 'alice');
    expect(() => begin('10.0.1.1', 'alice')).toThrow(refusal);
    login('192.168.1.1', 'alice');
    begin('10.0.1.1', 'bob');
  });

  it('are counted when they begin, and no longer after they succeed', () => {
    const { begin, login } = throttle();
    for (let count = 0; count < 100; count++) login('10.0.0.1', 'alice');
    for (let count = 0; count < 5; count++) begin('10.0.0.1', 'alice');
    expect(() => login('10.0.0.1', 'alice')).toThrow(refusal);
  });

  it('count for the whole network of an IPv6 address', () => {
    const { begin } = throttle();
    for (let count = 0; count < 5; count++) begin(`2001:db8:1:2:${count}::1`, 'alice');
    expect(() => begin('2001:db8:1:2:9::1', 'alice')).toThrow(refusal);
    begin('2001:db8:1:3::1', 'alice');
  });

  it('count for that network for every notation of its addresses', () => {
    const { begin } = throttle();
    for (let count = 1; count <= 5; count++) begin(`2001:db8::${count}:0:0:1`, 'alice');
    for (const address of ['2001:db8::1', '2001:db8:0:0:9::', '2001:db8::7:8']) {
      expect(() => begin(address, 'alice')).toThrow(refusal);
    }
    begin('2001:db8:0:1::1', 'alice');
    begin('::1', 'alice');
  });

  it('of the client that was quiet for longest are forgotten first, when too many are remembered', () => {
    const all = new LoginThrottle(() => 0, 9);
    const fail = (name: string, times: number): void => {
      for (let count = 0; count < times; count++) all.begin(`address of ${name}`, name);
    };
    fail('alice', 5);
    fail('bob', 5);
    expect(() => all.begin('address of alice', 'alice')).toThrow(refusal);
    fail('carol', 1);
    fail('dave', 1);

    expect(() => all.begin('address of alice', 'alice')).toThrow(refusal);
    expect(() => all.begin('address of bob', 'bob')).not.toThrow();
  });

  it('do not count if the password was not checked', () => {
    const all = new LoginThrottle(() => 0);
    for (let count = 0; count < 100; count++) all.begin('10.0.0.1', 'alice').withdraw();
    all.begin('10.0.0.1', 'alice');
  });

  it('take little memory, also for long names', async () => {
    const all = new LoginThrottle(() => 0);
    const held = await bytesHeldBy(() => {
      for (let count = 0; count < 2_000; count++) {
        all.begin(`10.0.${count >> 8}.${count & 255}`, `${count}`.padEnd(20_000, 'x'));
      }
    });
    expect(held).toBeLessThan(5_000_000);
    all.begin('10.0.0.1', 'alice');
  });
});
