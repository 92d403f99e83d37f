import * as tls from 'node:tls';

import { Client } from './client.js';
import { type Findings } from './findings.js';
import { checkErrors, checkV2Endpoint } from './v2-endpoint.js';
import { checkLogin, type DoctorLogin } from './login.js';
import { PushCheck } from './push.js';
import { checkReach, explainFailure } from './reach.js';

/** The default is always the same name, because clients cannot delete a repository: one empty repository remains. */
export const PROBE_REPOSITORY = 'berth-doctor/probe';

export interface Examination {
  /** The scheme, host and port. */
  readonly origin: URL;
  readonly login: DoctorLogin | undefined;
  /** The repository to push to and to delete from. */
  readonly repository: string;
  /** Whether the examination writes nothing. */
  readonly readOnly: boolean;
  /** A CA in PEM to trust in addition to those of the machine. */
  readonly ca: string | undefined;
}

/**
 * Checks a registry as clients see it, and reports each finding. It writes only to one
 * repository, and deletes what it wrote.
 */
export async function examine(
  { origin, login, repository, readOnly, ca }: Examination,
  findings: Findings,
): Promise<void> {
  const client = new Client(origin, [...trusted(), ...(ca === undefined ? [] : [ca])]);
  try {
    if (!(await checkReach(client, findings))) return;
    const answer = await checkV2Endpoint(client, findings);
    if (answer === undefined) return;
    await checkErrors(client, findings);
    if (!(await checkLogin(client, answer, login, repository, findings))) return;
    if (!readOnly) await new PushCheck(client, repository, findings).run();
  } catch (error) {
    findings.bad(...explainFailure(error, origin));
  }
}

/** Returns Node's CAs and those of the machine, which the other clients use. */
function trusted(): readonly string[] {
  // Node can read the CAs of the machine since 22.15.
  const { getCACertificates } = tls as Partial<typeof tls>;
  if (getCACertificates === undefined) return tls.rootCertificates;
  return [...getCACertificates('default'), ...getCACertificates('system')];
}
