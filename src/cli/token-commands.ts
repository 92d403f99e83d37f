import { ACTIONS, type Action } from '../access/policy/action.js';
import { type Grant } from '../access/policy/caller.js';
import { InvalidPattern, RepositoryPattern } from '../access/policy/repository-pattern.js';
import { Robots } from '../access/identity/robots.js';
import { type Settings } from '../config/settings.js';
import { auditCommand } from '../observe/audit/command-audit.js';
import { commaList } from './comma-list.js';
import { withStorage } from './open-offline.js';
import { PlainFailure } from './plain-failure.js';

type Print = (line: string) => void;

const DAY_MS = 86_400_000;

/** The options that say what a robot may do, as typed. Lists are separated by commas. */
export interface RobotOptions {
  readonly can: string | undefined;
  readonly repositories: string | undefined;
  readonly expires: string | undefined;
  readonly name?: string | undefined;
}

/** Creates a robot and prints its token alone on the last line. @throws PlainFailure */
export async function createRobot(
  settings: Settings,
  options: RobotOptions,
  print: Print,
): Promise<void> {
  const grants = grantsOf(options);
  const lifeMs = lifeOf(options.expires);
  const expiresAt = lifeMs && Date.now() + lifeMs;
  const { id, token } = await withRobots(settings, (robots) =>
    robots.create({ grants, expiresAt, ...(options.name !== undefined && { name: options.name }) }),
  );
  await auditCommand(settings.log, 'robot-created', `robot:${id} ${textOf(grants)}`);
  print(`Robot ${id} can ${textOf(grants)}; ${untilText(expiresAt)}.`);
  print(
    `Its password, valid with any user name, is not shown again ("berth token revoke ${id}" ends it):`,
  );
  print(token);
}

/** Revokes the token of a robot at once. @throws PlainFailure */
export async function revokeRobot(settings: Settings, id: string, print: Print): Promise<void> {
  if (!(await withRobots(settings, (robots) => robots.revoke(id)))) {
    throw new PlainFailure(`there is no robot ${id}; "berth token list" lists them`);
  }
  await auditCommand(settings.log, 'robot-revoked', `robot:${id}`);
  print(`revoked ${id}`);
}

/** Runs `work` on the robots of the storage. @throws PlainFailure */
function withRobots<T>(settings: Settings, work: (robots: Robots) => Promise<T>): Promise<T> {
  return withStorage(settings, (storage) => work(new Robots(storage.secrets)));
}

/** Reads the rights that were typed. @throws PlainFailure */
export function grantsOf({ can = '', repositories = '' }: RobotOptions): Grant[] {
  const actions = commaList(can).map(actionOf);
  const patterns = commaList(repositories);
  if (actions.length === 0 || patterns.length === 0) {
    throw new PlainFailure(
      "say what it can do, and where: berth token create --can pull --repositories 'team/*'",
    );
  }
  patterns.forEach(checkPattern);
  return patterns.map((pattern) => ({ repositories: pattern, actions }));
}

function actionOf(text: string): Action {
  const action = ACTIONS.find((one) => one === text);
  if (action !== undefined) return action;
  throw new PlainFailure(`--can has ${JSON.stringify(text)}; allowed: ${ACTIONS.join(', ')}`);
}

function checkPattern(text: string): void {
  try {
    RepositoryPattern.parse(text);
  } catch (error) {
    if (error instanceof InvalidPattern) throw new PlainFailure(`--repositories: ${error.message}`);
    throw error;
  }
}

/** The lifetime without `--expires`. */
const USUAL_LIFE = '90d';

/** Reads a lifetime, in milliseconds. `undefined` is for ever. @throws PlainFailure */
export function lifeOf(text = USUAL_LIFE): number | undefined {
  if (text === 'never') return undefined;
  const [, digits] = /^(\d{1,4})d$/.exec(text) ?? [];
  if (digits !== undefined && Number(digits) > 0) return Number(digits) * DAY_MS;
  throw new PlainFailure(
    `--expires is ${JSON.stringify(text)}; allowed: days, such as 90d, or never`,
  );
}

/** Returns rights for people, such as `pull, push in team/**`. */
export function textOf(grants: readonly Grant[]): string {
  const [first] = grants;
  const where = grants.map(({ repositories }) => repositories).join(', ');
  return `${(first?.actions ?? []).join(', ')} in ${where}`;
}

/** Returns when a token expires, for people. */
export function untilText(expiresAt: number | undefined): string {
  if (expiresAt === undefined) return 'never expires';
  const day = new Date(expiresAt).toISOString().slice(0, 10);
  return expiresAt > Date.now() ? `expires ${day}` : `expired ${day}`;
}
