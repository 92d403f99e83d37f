import { examine, PROBE_REPOSITORY, type Examination } from '../../../src/doctor/examine.js';
import { Findings, type Finding } from '../../../src/doctor/findings.js';

export const EVERYTHING = {
  login: undefined,
  repository: PROBE_REPOSITORY,
  readOnly: false,
  ca: undefined,
};

export async function found(url: string, options: Partial<Examination> = {}): Promise<Finding[]> {
  const all: Finding[] = [];
  const findings = new Findings((finding) => all.push(finding));
  await examine({ ...EVERYTHING, origin: new URL(url), ...options }, findings);
  return all;
}

/** Returns only the problems, each as one line. */
export async function faults(url: string, options: Partial<Examination> = {}): Promise<string[]> {
  const all = await found(url, options);
  return all.flatMap(({ text, advice }) => (advice === undefined ? [] : [`${text}: ${advice}`]));
}
