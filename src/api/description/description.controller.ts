import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

import { Controller, Get, Res } from '@nestjs/common';
import { type Response } from 'express';

import { Requires } from '../../access/guard/requires.js';
import { packageFile } from '../../config/package-file.js';
import { sendBytes } from '../../http/oci/send.js';

/** What the page may load. The component that shows the description has its styles in itself. */
const CONTENT_SECURITY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Berth API</title>
<link rel="icon" href="data:,">
<script type="module" src="api/page.js"></script>
<style>html, body { margin: 0; height: 100% }</style>
</head>
<body>
<openapi-explorer spec-url="api/openapi.json" hide-server-selection="true" primary-color="#1864ab"></openapi-explorer>
<noscript>This page needs JavaScript. The description is at <a href="api/openapi.json">/api/openapi.json</a>.</noscript>
</body>
</html>
`;

/** The description of the API: for programs, and as a page to read it. */
@Controller('api')
export class DescriptionController {
  @Get()
  @Requires('nothing')
  page(@Res() response: Response): void {
    sendBytes(response, 200, 'text/html; charset=utf-8', Buffer.from(PAGE), {
      'Content-Security-Policy': CONTENT_SECURITY,
      'Cache-Control': 'no-cache',
    });
  }

  /** The code of the page. A build puts it into the package. */
  @Get('page.js')
  @Requires('nothing')
  async script(@Res() response: Response): Promise<void> {
    response.status(200).setHeader('Content-Type', 'text/javascript; charset=utf-8');
    response.setHeader('Cache-Control', 'public, max-age=3600');
    await pipeline(createReadStream(packageFile('dist/page/openapi-explorer.js')), response);
  }

  @Get('openapi.json')
  @Requires('nothing')
  async description(@Res() response: Response): Promise<void> {
    // Few requests need it, and it is large.
    const { OPENAPI } = await import('./openapi.js');
    const bytes = Buffer.from(JSON.stringify(OPENAPI));
    sendBytes(response, 200, 'application/json', bytes, { 'Cache-Control': 'no-cache' });
  }
}
