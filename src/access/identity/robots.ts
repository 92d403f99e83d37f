import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';

import { ACTIONS, type Action } from '../policy/action.js';
import { type Grant } from '../policy/caller.js';
import { makeDirectory, writeFileAtomically } from '../../files/atomic-write.js';
import { ignoreNotFound } from '../../files/errors.js';

/** A robot: a credential for a program, with rights of its own. Times in milliseconds since the epoch. */
export interface Robot {
  readonly id: string;
  readonly createdAt: number;
  /** `undefined`: never. */
  readonly expiresAt: number | undefined;
  readonly grants: readonly Grant[];
}

/** `berth_ID_SECRET`: told from a password, and found by scanners for leaked secrets, at a glance. */
const TOKEN = /^berth_([0-9a-f]{12})_([\w-]{43})$/;

/** Whether a password is meant as a robot's token. */
export function isRobotToken(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * The robots of a registry: a directory with one JSON file each, which all its processes and `berth token` share.
 *
 * Only a hash of the secret is kept. It has 256 random bits, so nothing is gained by a slow hash.
 */
export class Robots {
  constructor(
    private readonly directory: string | undefined,
    private readonly now: () => number = Date.now,
  ) {}

  /** Makes a robot and answers its token, which cannot be had again. */
  async create(grants: readonly Grant[], expiresAt: number | undefined): Promise<string> {
    if (this.directory === undefined) throw new Error('there is no place to keep robots in');
    const id = randomBytes(6).toString('hex');
    const secret = randomBytes(32).toString('base64url');
    const robot = { createdAt: this.now(), expiresAt, grants, hash: hashOf(secret) };
    await makeDirectory(this.directory, 0o700);
    const text = `${JSON.stringify(robot, undefined, 2)}\n`;
    await writeFileAtomically(join(this.directory, `${id}.json`), text, 0o600);
    return `berth_${id}_${secret}`;
  }

  /** Whose token that is, or `undefined`: none's, one that was revoked, or one that has expired. */
  async verify(token: string): Promise<Robot | undefined> {
    const [, id = '', secret = ''] = TOKEN.exec(token) ?? [];
    const stored = await this.read(id);
    if (stored === undefined) return undefined;
    const same = timingSafeEqual(Buffer.from(hashOf(secret)), Buffer.from(stored.hash));
    return same ? this.unlessExpired(stored.robot) : undefined;
  }

  /** The robot of that id, or `undefined` when it was revoked or has expired. */
  async find(id: string): Promise<Robot | undefined> {
    const stored = await this.read(id);
    return stored && this.unlessExpired(stored.robot);
  }

  /** All that were not revoked, the oldest first; expired ones are among them. */
  async list(): Promise<Robot[]> {
    if (this.directory === undefined) return [];
    const names = (await readdir(this.directory).catch(ignoreNotFound)) ?? [];
    const all = await Promise.all(names.map((name) => this.read(name.replace(/\.json$/, ''))));
    const robots = all.flatMap((stored) => (stored === undefined ? [] : [stored.robot]));
    return robots.sort((a, b) => a.createdAt - b.createdAt);
  }

  /** Makes a robot's token worthless. Answers whether there was such a robot. */
  async revoke(id: string): Promise<boolean> {
    if (this.directory === undefined || (await this.read(id)) === undefined) return false;
    await unlink(join(this.directory, `${id}.json`));
    return true;
  }

  private unlessExpired(robot: Robot): Robot | undefined {
    return this.now() < (robot.expiresAt ?? Infinity) ? robot : undefined;
  }

  private async read(id: string): Promise<{ robot: Robot; hash: string } | undefined> {
    if (this.directory === undefined || !/^[0-9a-f]{12}$/.test(id)) return undefined;
    const text = await readFile(join(this.directory, `${id}.json`), 'utf8').catch(ignoreNotFound);
    return text === undefined ? undefined : parse(id, text);
  }
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** A file that is not as `create` wrote it gives no rights. */
function parse(id: string, text: string): { robot: Robot; hash: string } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { createdAt, expiresAt, grants, hash } = Object(value) as Record<string, unknown>;
  const expires =
    expiresAt === undefined || typeof expiresAt === 'number' ? { expiresAt } : undefined;
  if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) return undefined;
  if (typeof createdAt !== 'number' || expires === undefined) return undefined;
  if (!Array.isArray(grants) || !grants.every(isGrant)) return undefined;
  return { robot: { id, createdAt, grants, ...expires }, hash };
}

function isGrant(value: unknown): value is Grant {
  const { repositories, actions } = Object(value) as Record<string, unknown>;
  return typeof repositories === 'string' && Array.isArray(actions) && actions.every(isAction);
}

function isAction(value: unknown): value is Action {
  return ACTIONS.some((action) => action === value);
}
