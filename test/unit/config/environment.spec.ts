import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { proxyVariables } from '../../../src/config/environment.js';

describe('the proxies of the environment', () => {
  let before: NodeJS.ProcessEnv;
  beforeEach(() => {
    before = process.env;
  });
  afterEach(() => {
    process.env = before;
  });

  it('are read from HTTPS_PROXY and NO_PROXY', () => {
    process.env = { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'localhost' };

    expect(proxyVariables()).toEqual({ https: 'http://proxy:3128', none: 'localhost' });
  });

  it('are read from the variables in small letters first', () => {
    process.env = { HTTPS_PROXY: 'http://a', https_proxy: 'http://b', no_proxy: 'c' };

    expect(proxyVariables()).toEqual({ https: 'http://b', none: 'c' });
  });

  it('are absent if the variables are empty or not set', () => {
    process.env = { HTTPS_PROXY: '' };

    expect(proxyVariables()).toEqual({});
  });
});
