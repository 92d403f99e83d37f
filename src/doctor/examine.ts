import * as tls from 'node:tls';

import { Client } from './client.js';
import { type Findings } from './findings.js';
import { checkErrors, checkV2Endpoint } from './v2-endpoint.js';
import { checkLogin, type DoctorLogin } from './login.js';
import { PushCheck } from './push.js';
import { checkReach, explainFailure } from './reach.js';

/** Always the same, since clients cannot remove a repository: what stays is one that is empty. */
const REPOSITORY = 'berth-doctor/probe';

export interface Examination {
  /** Scheme, host and port. */
  readonly origin: URL;
  readonly login: DoctorLogin | undefined;
  /** Whether nothing may be written. */
  readonly readOnly: boolean;
  /** A CA to trust beside those of the machine, as PEM. */
  readonly ca: string | undefined;
}

/** Asks a registry as clients do, and tells what it finds. Writes into a repository of its own only, and deletes what it wrote. */
export async function examine(
  { origin, login, readOnly, ca }: Examination,
  findings: Findings,
): Promise<void> {
  const client = new Client(origin, [...trusted(), ...(ca === undefined ? [] : [ca])]);
  try {
    if (!(await checkReach(client, findings))) return;
    const answer = await checkV2Endpoint(client, findings);
    if (answer === undefined) return;
    await checkErrors(client, findings);
    if (!(await checkLogin(client, answer, login, REPOSITORY, findings))) return;
    if (!readOnly) await new PushCheck(client, REPOSITORY, findings).run();
  } catch (error) {
    findings.bad(...explainFailure(error, origin));
  }
}

/** Those that Node brings, and those of the machine, which the other clients go by. */
function trusted(): readonly string[] {
  // Node has known the machine's since 22.15.
  const { getCACertificates } = tls as Partial<typeof tls>;
  if (getCACertificates === undefined) return tls.rootCertificates;
  return [...getCACertificates('default'), ...getCACertificates('system')];
}
