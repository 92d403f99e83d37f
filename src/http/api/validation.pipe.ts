import { type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';

import { RegistryError } from '../../domain/errors.js';

/**
 * Turns queries and bodies of the API into their classes and checks them.
 *
 * Nest's own pipe keeps class-validator in a variable of the process, where it would replace that of a host program.
 */
export class ApiValidationPipe implements PipeTransform {
  /** @throws RegistryError `request-malformed` that lists every problem */
  async transform(value: unknown, { metatype, type }: ArgumentMetadata): Promise<unknown> {
    if ((type !== 'query' && type !== 'body') || metatype === undefined) return value;
    const Dto = metatype as ClassConstructor<object>;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw malformed(type, ['an object is needed']);
    }
    const dto = plainToInstance(Dto, { ...value });
    const errors = await validate(dto, { whitelist: true, forbidNonWhitelisted: true });
    if (errors.length > 0) throw malformed(type, errors.flatMap(problemsOf));
    return dto;
  }
}

function malformed(type: 'query' | 'body', problems: readonly string[]): RegistryError {
  const what = type === 'query' ? 'a parameter' : 'the body';
  return new RegistryError('request-malformed', `${what} is invalid: ${problems.join('; ')}`, {
    problems,
  });
}

function problemsOf({ constraints = {}, children = [] }: ValidationError): string[] {
  return [...Object.values(constraints), ...children.flatMap(problemsOf)];
}
