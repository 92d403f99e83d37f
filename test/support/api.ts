import { expect } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { type Response, type Test } from 'supertest';

import { OPENAPI } from '../../src/api/description/openapi.js';
import { type TestRegistry } from './registry.js';

interface Operation {
  readonly responses: Readonly<Record<string, object>>;
}

const PATHS = OPENAPI['paths'] as Readonly<Record<string, Readonly<Record<string, Operation>>>>;

/** The name of a repository matches anything, so the longest pattern that matches is the right one. */
const PATTERNS = Object.keys(PATHS).sort((a, b) => b.length - a.length);

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ $id: 'openapi', ...OPENAPI });
const compiled = new Map<string, ValidateFunction>();

/** A client of the API in tests. Each answer must be one that the description of the API allows. */
export class ApiClient {
  constructor(
    private readonly registry: TestRegistry,
    private readonly authorization?: string,
  ) {}

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.send('get', path, undefined, headers);
  }

  async send(
    method: 'get' | 'put' | 'post' | 'delete',
    path: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const request: Test = this.registry.http[method](`/api/v1/${path}`).set(headers);
    if (this.authorization !== undefined) void request.set('Authorization', this.authorization);
    const response = await (body === undefined ? request : request.send(body));
    expectDescribed(method, `/api/v1/${path}`, response);
    return response;
  }
}

/** Fails unless the description has the operation, its status, and a schema that the answer fulfils. */
function expectDescribed(method: string, target: string, response: Response): void {
  const [path = ''] = target.split('?');
  const pattern = PATTERNS.find((one) => matches(one, path));
  const operation = pattern === undefined ? undefined : PATHS[pattern]?.[method];
  // A path or a method that does not exist has only the form of an error.
  const status = String(response.status);
  const described = operation?.responses[status] !== undefined;
  if (!described) {
    expect(response.status === 304 || response.status >= 400).toBe(true);
    if (response.status !== 304) expectSchema('#/components/schemas/Problem', response);
    return;
  }
  const key = `#/paths/${escaped(pattern ?? '')}/${method}/responses/${status}`;
  const hasJson = 'content' in (operation.responses[status] ?? {});
  if (hasJson) expectSchema(`${key}/content/application~1json/schema`, response);
}

function expectSchema(pointer: string, response: Response): void {
  const known = compiled.get(pointer);
  const validate = known ?? ajv.compile({ $ref: `openapi${pointer}` });
  compiled.set(pointer, validate);
  const body: unknown = response.body;
  expect({ pointer, valid: validate(body), errors: validate.errors, body }).toMatchObject({
    valid: true,
  });
}

/** A repository's name has its slashes as `%2F` in these tests, or as the rest before a fixed word. */
function matches(pattern: string, path: string): boolean {
  const parts = pattern.split(/(\{\w+\})/).map((part) => {
    if (part === '{name}') return '.+';
    return part.startsWith('{') ? '[^/]+' : part.replaceAll('.', '\\.');
  });
  return new RegExp(`^${parts.join('')}$`).test(path);
}

function escaped(text: string): string {
  return encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'));
}
