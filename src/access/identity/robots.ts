import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

import { ACTIONS, type Action } from '../policy/action.js';
import { type Grant } from '../policy/caller.js';
import { type SecretStore } from '../../storage/ports/secret-store.js';

/** A credential for a program, with its own rights. Times in milliseconds since the epoch. */
export interface Robot {
  readonly id: string;
  readonly createdAt: number;
  /** `undefined` means never. */
  readonly expiresAt: number | undefined;
  readonly grants: readonly Grant[];
  /** What people call the robot. Absent for a robot of an older version. */
  readonly name?: string;
  /** The login that created the robot. Absent if the command line did. */
  readonly createdBy?: string;
}

/** A robot to be created. */
export type NewRobot = Pick<Robot, 'grants' | 'expiresAt' | 'name' | 'createdBy'>;

/** A new robot, and the token that logs it in. */
export interface CreatedRobot {
  readonly id: string;
  readonly token: string;
}

/** A robot with the time of its last use, as far as it is known. That time may be an hour late. */
export interface ListedRobot extends Robot {
  readonly lastUsedAt?: number;
}

/** The last use of a robot is stored at most this often by each process. In milliseconds. */
const STORE_USE_EVERY_MS = 3_600_000;

/** `berth_ID_SECRET`: easy to distinguish from a password, and easy to find for scanners of leaked secrets. */
const TOKEN = /^berth_([0-9a-f]{12})_([\w-]{43})$/;

const ROBOT_ID = /^[0-9a-f]{12}$/;

/** Whether a password has the form of a robot's token. */
export function isRobotToken(text: string): boolean {
  return TOKEN.test(text);
}

/** The robots of a registry, shared by all its processes and `berth token`. Only a hash of a token's secret is stored. */
export class Robots {
  /** When this process last stored a use of each robot. */
  private readonly storedUses = new Map<string, number>();

  constructor(
    private readonly secrets: SecretStore,
    private readonly now: () => number = Date.now,
  ) {}

  /** Creates a robot. Its token cannot be shown again. */
  async create(robot: NewRobot): Promise<CreatedRobot> {
    const id = randomBytes(6).toString('hex');
    const secret = randomBytes(32).toString('base64url');
    const record = { createdAt: this.now(), ...robot, hash: hashOf(secret) };
    const text = `${JSON.stringify(record, undefined, 2)}\n`;
    await this.secrets.put('robots', id, Buffer.from(text));
    return { id, token: `berth_${id}_${secret}` };
  }

  /** Finds the robot of a token; `undefined` if the token is unknown, revoked or expired. */
  async verify(token: string): Promise<Robot | undefined> {
    const [, id = '', secret = ''] = TOKEN.exec(token) ?? [];
    const stored = await this.read(id);
    if (stored === undefined) return undefined;
    const same = timingSafeEqual(Buffer.from(hashOf(secret)), Buffer.from(stored.hash));
    const robot = same ? this.unlessExpired(stored.robot) : undefined;
    if (robot !== undefined) this.recordUse(robot.id);
    return robot;
  }

  /** Finds a robot by its id; `undefined` if it was revoked or has expired. */
  async find(id: string): Promise<Robot | undefined> {
    const stored = await this.read(id);
    const robot = stored && this.unlessExpired(stored.robot);
    if (robot !== undefined) this.recordUse(robot.id);
    return robot;
  }

  /** Lists the robots that were not revoked, the oldest first; expired ones are included. */
  async list(): Promise<ListedRobot[]> {
    const ids = await this.secrets.list('robots');
    const all = await Promise.all(ids.map((id) => this.listed(id)));
    const robots = all.filter((robot) => robot !== undefined);
    return robots.sort((a, b) => a.createdAt - b.createdAt);
  }

  /** Removes a robot: its token is invalid from now on. Returns whether it existed. */
  async revoke(id: string): Promise<boolean> {
    if (!ROBOT_ID.test(id)) return false;
    const existed = await this.secrets.remove('robots', id);
    await this.secrets.remove('robot-uses', id);
    return existed;
  }

  private async listed(id: string): Promise<ListedRobot | undefined> {
    const stored = await this.read(id);
    if (stored === undefined) return undefined;
    const used = await this.secrets.get('robot-uses', id);
    const lastUsedAt = used === undefined ? NaN : Number(Buffer.from(used).toString());
    return { ...stored.robot, ...(Number.isFinite(lastUsedAt) && { lastUsedAt }) };
  }

  /** Stores the time of a use in a record of its own: written to the robot, it could undo a revocation. */
  private recordUse(id: string): void {
    const now = this.now();
    if (now - (this.storedUses.get(id) ?? -Infinity) < STORE_USE_EVERY_MS) return;
    this.storedUses.set(id, now);
    // A full disk must not keep robots out.
    this.secrets.put('robot-uses', id, Buffer.from(String(now))).catch(() => undefined);
  }

  private unlessExpired(robot: Robot): Robot | undefined {
    return this.now() < (robot.expiresAt ?? Infinity) ? robot : undefined;
  }

  private async read(id: string): Promise<{ robot: Robot; hash: string } | undefined> {
    if (!ROBOT_ID.test(id)) return undefined;
    const stored = await this.secrets.get('robots', id);
    return stored && parse(id, Buffer.from(stored).toString());
  }
}

function hashOf(secret: string): string {
  // The secret has 256 random bits, so a slow hash would gain nothing.
  return createHash('sha256').update(secret).digest('hex');
}

/** Returns `undefined` for a text that `create` did not write: it gives no rights. */
function parse(id: string, text: string): { robot: Robot; hash: string } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { createdAt, expiresAt, grants, hash, name, createdBy } = Object(value) as Record<
    string,
    unknown
  >;
  const expires =
    expiresAt === undefined || typeof expiresAt === 'number' ? { expiresAt } : undefined;
  if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) return undefined;
  if (typeof createdAt !== 'number' || expires === undefined) return undefined;
  if (!Array.isArray(grants) || !grants.every(isGrant)) return undefined;
  const texts = {
    ...(typeof name === 'string' && { name }),
    ...(typeof createdBy === 'string' && { createdBy }),
  };
  return { robot: { id, createdAt, grants, ...expires, ...texts }, hash };
}

function isGrant(value: unknown): value is Grant {
  const { repositories, actions } = Object(value) as Record<string, unknown>;
  return typeof repositories === 'string' && Array.isArray(actions) && actions.every(isAction);
}

function isAction(value: unknown): value is Action {
  return ACTIONS.some((action) => action === value);
}
