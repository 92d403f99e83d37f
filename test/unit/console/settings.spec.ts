import { describe, expect, it } from '@jest/globals';

import { filterSettings } from '../../../console/src/pages/settings/filter-settings.js';
import { metricsUrl } from '../../../console/src/pages/settings/metrics-url.js';
import { durationText } from '../../../console/src/parts/format.js';

const PORT = {
  variable: 'REGISTRY_PORT',
  value: '80',
  default: '5000',
  summary: 'The port to listen on',
  section: 'server',
};
const LOG = {
  ...PORT,
  variable: 'REGISTRY_LOG_LEVEL',
  value: 'info',
  default: 'info',
  summary: '',
};

describe('the search of settings', () => {
  it.each([
    ['', false, [PORT, LOG]],
    ['LISTEN port', false, [PORT]],
    ['info', false, [LOG]],
    ['nowhere', false, []],
    ['', true, [PORT]],
  ])('for %j, only changed ones: %s', (search, onlyChanged, found) => {
    expect(filterSettings([PORT, LOG], search, onlyChanged)).toEqual(found);
  });
});

describe('the address of the metrics', () => {
  it('is that of the setting, if it is set', () => {
    const setting = { variable: 'REGISTRY_METRICS', value: '127.0.0.1:9464' };
    expect(metricsUrl([setting])).toBe('http://127.0.0.1:9464/metrics');
    expect(metricsUrl([{ ...setting, value: '' }])).toBeUndefined();
  });
});

describe('a length of time', () => {
  it.each([
    [3_600_000, '1 hour'],
    [5_400_000, '90 minutes'],
    [86_400_000, '1 day'],
    [45_000, '45 seconds'],
    [2_000, '2 seconds'],
    [500, '500 milliseconds'],
  ])('of %d ms is %s', (milliseconds, text) => {
    expect(durationText(milliseconds)).toBe(text);
  });
});
