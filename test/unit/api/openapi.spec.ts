import { describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';

import { OPENAPI } from '../../../src/api/description/openapi.js';

describe('the description of the API', () => {
  it('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(structuredClone(OPENAPI));

    expect(result).toMatchObject({ valid: true });
    expect(OPENAPI['openapi']).toBe('3.1.0');
  });

  it('has no form of OpenAPI 3.0', () => {
    const text = JSON.stringify(OPENAPI);

    expect(text).not.toMatch(/"nullable":|"example":|"exclusiveM\w+":(true|false)/);
  });
});
