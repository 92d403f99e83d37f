import { applyDecorators, UseInterceptors, UsePipes } from '@nestjs/common';

import { EtagInterceptor } from './etag.interceptor.js';
import { JsonBodyInterceptor } from './json-body.interceptor.js';
import { ApiValidationPipe } from './validation.pipe.js';

/** Lets a controller take and return JSON: queries and bodies are checked classes, and what its handlers return is the answer. */
export function JsonApi(): ClassDecorator {
  return applyDecorators(
    UsePipes(new ApiValidationPipe()),
    UseInterceptors(new JsonBodyInterceptor(), new EtagInterceptor()),
  );
}
