import { Readable } from 'node:stream';

import { Inject, Injectable } from '@nestjs/common';
import { type Request } from 'express';

import { Access } from '../../access/guard/access.js';
import { parseAuthorization } from '../../access/guard/credentials.js';
import { sessionOf } from '../../access/guard/session-of-request.js';
import { ACTIONS } from '../../access/policy/action.js';
import { section } from '../../config/config.module.js';
import { type ServerSettings } from '../../config/sections/server.settings.js';
import { examine, PROBE_REPOSITORY } from '../../doctor/examine.js';
import { Findings, type Finding } from '../../doctor/findings.js';
import { type DoctorLogin } from '../../doctor/login.js';
import { RegistryError } from '../../domain/errors.js';

/** A line of an examination. */
export type DoctorLine = Finding | { readonly healthy: boolean };

/** The longest examination, in milliseconds. If the process dies in it, the login of the doctor expires. */
const LOGIN_MS = 300_000;

/** Examines the registry itself, one examination at a time. */
@Injectable()
export class OwnDoctor {
  private running = false;

  constructor(
    @Inject(section('server')) private readonly settings: ServerSettings,
    private readonly access: Access,
  ) {}

  /**
   * Begins to examine, and returns each finding as soon as there is one. The last line says whether nothing has to change. The examination
   * goes on if nobody reads them.
   *
   * @throws RegistryError `too-many-requests` while another examination runs
   */
  examine(request: Request, options: { readonly readOnly: boolean }): AsyncIterable<DoctorLine> {
    if (this.running) {
      const detail = { advice: 'wait until the running examination has ended', retryAfter: 10 };
      throw new RegistryError('too-many-requests', 'the registry is being examined', detail);
    }
    const lines = new Readable({ objectMode: true, read: () => undefined });
    const findings = new Findings((finding) => void lines.push(finding));
    this.running = true;
    this.run(request, options, findings)
      .finally(() => (this.running = false))
      .then(
        () => {
          lines.push({ healthy: findings.failed === 0 } satisfies DoctorLine);
          lines.push(null);
        },
        (error: unknown) => lines.destroy(error as Error),
      );
    return lines;
  }

  private run(
    request: Request,
    { readOnly }: { readonly readOnly: boolean },
    findings: Findings,
  ): Promise<void> {
    return this.withLogin(request, (login) => {
      const target = { origin: this.originFor(request), login, ca: undefined };
      return examine({ ...target, repository: PROBE_REPOSITORY, readOnly }, findings);
    });
  }

  /** A page has a session, which image clients cannot use. For it a robot exists as long as the examination. */
  private async withLogin(
    request: Request,
    work: (login: DoctorLogin | undefined) => Promise<void>,
  ): Promise<void> {
    const login = loginOf(request);
    const { robots } = this.access;
    if (login !== undefined || robots === undefined || sessionOf(request) === undefined) {
      return work(login);
    }
    const grants = [{ repositories: PROBE_REPOSITORY, actions: ACTIONS }];
    const { id, token } = await robots.create({
      name: 'doctor',
      grants,
      expiresAt: Date.now() + LOGIN_MS,
    });
    try {
      await work({ name: 'doctor', password: token });
    } finally {
      await robots.revoke(id);
    }
  }

  /** The address is the registry's own: a `Host` header must not make it send requests elsewhere. */
  private originFor({ socket }: Request): URL {
    const { publicUrl } = this.settings;
    if (publicUrl !== '') return new URL(publicUrl);
    const { localAddress = '127.0.0.1', localPort = 0 } = socket;
    const scheme = 'encrypted' in socket ? 'https' : 'http';
    const address = localAddress.replace(/^::ffff:/, '');
    return new URL(`${scheme}://${address.includes(':') ? `[${address}]` : address}:${localPort}`);
  }
}

function loginOf({ headers }: Request): DoctorLogin | undefined {
  const credentials = parseAuthorization(headers.authorization);
  return credentials.scheme === 'basic' ? credentials : undefined;
}
