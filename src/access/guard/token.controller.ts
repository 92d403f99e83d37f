import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import { type Request, type Response } from 'express';

import { RegistryError } from '../../domain/errors.js';
import { clientAddress } from '../../http/server/origin.js';
import { Query } from '../../http/oci/query.js';
import { bodyTextOf } from '../../http/oci/request-body.js';
import { QueryString, tryNamedRepository } from '../../http/oci/request-parameters.js';
import { sendJson } from '../../http/oci/send.js';
import { Accounts } from '../identity/accounts.js';
import { Challenge } from './challenge.js';
import { claimName } from './claimed-name.js';
import { recordIssued } from './issued-token.js';
import { parseAuthorization } from './credentials.js';
import { Requires } from './requires.js';
import { hasScope, parseScopes, scopeText, type Scope } from '../tokens/scope.js';
import { type Identity } from '../identity/subject.js';
import {
  ANONYMOUS_LOGIN,
  TokenIssuer,
  type IssuedTokens,
  type TokenRequest,
} from '../tokens/token-issuer.js';

/** A form contains a name, a password or a token, and scopes. */
const MAX_FORM_BYTES = 64 * 1024;

/** Issues tokens to clients: the distribution project's token specification, and its OAuth 2 variant (RFC 6749). */
@Controller('v2')
export class TokenController {
  constructor(
    private readonly accounts: Accounts,
    private readonly issuer: TokenIssuer,
  ) {}

  @Get('_token')
  @Requires('nothing')
  async get(
    @QueryString() query: Query,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const login = await this.byHeader(request);
    const offline = query.all('offline_token').includes('true');
    const wanted = requested(request, query.all('scope'), offline);
    await this.answer(request, response, login, wanted);
  }

  @Post('_token')
  @Requires('nothing')
  async post(@Req() request: Request, @Res() response: Response): Promise<void> {
    const form = await formOf(request);
    const login = await this.byForm(form, request);
    const offline = form.get('access_type') === 'offline';
    const wanted = requested(request, form.getAll('scope'), offline);
    await this.answer(request, response, login, wanted);
  }

  private async byHeader(request: Request): Promise<Identity> {
    const credentials = parseAuthorization(request.headers.authorization);
    if (credentials.scheme === 'none') return ANONYMOUS_LOGIN;
    if (credentials.scheme !== 'basic') throw wrongLogin();
    const { name, password } = credentials;
    return (await this.accounts.logIn(name, password, clientAddress(request))) ?? throwWrongLogin();
  }

  private async byForm(form: URLSearchParams, request: Request): Promise<Identity> {
    switch (form.get('grant_type') ?? '') {
      case 'password': {
        const [name, password] = [form.get('username') ?? '', form.get('password') ?? ''];
        claimName(request, name);
        const login = await this.accounts.logIn(name, password, clientAddress(request));
        return login ?? throwWrongLogin();
      }
      case 'refresh_token':
        return (await this.issuer.refresh(form.get('refresh_token') ?? '')) ?? throwWrongLogin();
      default:
        throw new RegistryError(
          'request-malformed',
          'grant_type must be password or refresh_token',
          { parameter: 'grant_type', allowed: ['password', 'refresh_token'] },
        );
    }
  }

  private async answer(
    request: Request,
    response: Response,
    login: Identity,
    wanted: TokenRequest,
  ): Promise<void> {
    const issued = await this.issuer.issue(login, wanted);
    // Without a token, clients ask for a password or for a login. Browsers do so only for Basic.
    if (issued === undefined) throw new Challenge(undefined).forLogin();
    recordIssued(request, { who: login.caller.name, scope: textOf(issued.scopes) });
    sendJson(response, 200, rendered(issued), { 'Cache-Control': 'no-store' });
  }
}

/** Returns the response body. Clients look for the token under either name. */
function rendered({ token, expiresIn, issuedAt, refreshToken, scopes }: IssuedTokens): object {
  return {
    token,
    access_token: token,
    expires_in: expiresIn,
    issued_at: issuedAt.toISOString(),
    scope: textOf(scopes),
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
  };
}

function requested(request: Request, texts: readonly string[], offline: boolean): TokenRequest {
  const scopes = parseScopes(texts, (name) => tryNamedRepository(request, name));
  return { scopes, hasScope: hasScope(texts), offline };
}

function textOf(scopes: readonly Scope[]): string {
  return scopes.map(scopeText).join(' ');
}

/** Returns the error for a failed login. Unlike all other endpoints with tokens, this one asks for a password. */
function wrongLogin(): Error {
  return new Challenge(undefined).forWrongLogin();
}

function throwWrongLogin(): never {
  throw wrongLogin();
}

async function formOf(request: Request): Promise<URLSearchParams> {
  const tooLarge = () =>
    new RegistryError('request-malformed', 'the form is too large', { limit: MAX_FORM_BYTES });
  return new URLSearchParams(await bodyTextOf(request, MAX_FORM_BYTES, tooLarge));
}
