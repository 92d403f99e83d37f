import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { type Request, type Response } from 'express';

import { Access } from '../../access/guard/access.js';
import { Authenticator } from '../../access/guard/authenticator.js';
import { Challenge } from '../../access/guard/challenge.js';
import { claimName } from '../../access/guard/claimed-name.js';
import { Requires } from '../../access/guard/requires.js';
import { cookieOf, noCookie } from '../../access/guard/session-cookie.js';
import { sessionOf, setSession } from '../../access/guard/session-of-request.js';
import { type Session } from '../../access/identity/sessions.js';
import { RegistryError } from '../../domain/errors.js';
import { JsonApi } from '../../http/api/json-api.js';
import { clientAddress } from '../../http/server/origin.js';
import { LoginStateDto, NewSessionDto, SessionDto } from './session.dto.js';

/** The login of a page, for the API only. */
@Controller('api/v1/session')
@JsonApi()
export class SessionApiController {
  constructor(
    private readonly access: Access,
    private readonly authenticator: Authenticator,
  ) {}

  /** Returns whether the caller is logged in. Needs no login itself, so that a page knows whether to ask for one. */
  @Get()
  @Requires('nothing')
  async get(@Req() request: Request): Promise<LoginStateDto> {
    const { rights } = await this.authenticator.identifyForApi(request);
    const { name } = rights.caller;
    const session = sessionOf(request);
    return {
      logins: this.access.logins !== undefined,
      allowed: rights.mayUseApi,
      ...(name !== undefined && { name }),
      ...(session && { until: timeOf(session) }),
    };
  }

  /** Opens a session for a page, whose browser keeps it in a cookie. */
  @Post()
  @Requires('nothing')
  async open(
    @Body() { name, password }: NewSessionDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionDto> {
    const { accounts, sessions } = this.logins();
    claimName(request, name);
    const login = await accounts.logIn(name, password, clientAddress(request));
    if (login === undefined) throw new Challenge(undefined, true).forWrongLogin();
    const session = await sessions.open(login);
    setSession(request, session);
    const { name: verified } = session.caller;
    response.setHeader('Set-Cookie', cookieOf(request, session));
    response.setHeader('Cache-Control', 'no-store');
    return { ...(verified !== undefined && { name: verified }), until: timeOf(session) };
  }

  /** Ends the session of the request, and does nothing to another login. */
  @Delete()
  @HttpCode(204)
  @Requires('api')
  async close(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    const session = sessionOf(request);
    if (session === undefined) return;
    await this.access.logins?.sessions.close(session.id);
    response.setHeader('Set-Cookie', noCookie(request));
  }

  private logins(): NonNullable<Access['logins']> {
    const { logins } = this.access;
    if (logins !== undefined) return logins;
    const advice = 'use the API without a session';
    throw new RegistryError('denied', 'this registry has no logins of its own', { advice });
  }
}

function timeOf({ until }: Session): string {
  return new Date(until).toISOString();
}
