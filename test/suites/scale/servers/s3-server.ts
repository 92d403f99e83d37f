import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { endWithUs } from './end-with-us.ts';

/** Built by `.ci/install-tools scale`. */
const PROGRAM = resolve(import.meta.dirname, '../../../../.tools/bin/versitygw');

/** The login of the server, which is reachable on the loopback interface only. */
export const S3_LOGIN = { accessKeyId: 'berth', secretAccessKey: 'only-for-tests' } as const;

export const BUCKET = 'images';

export interface S3Options {
  /** Further options of the program. */
  readonly options?: readonly string[];
  /**
   * Whether what the server knows of objects is kept in files of its own. Otherwise it is in extended attributes, of which ext4 has 4 KiB
   * for each object: too few for the list of more than about a thousand parts.
   */
  readonly hasManyParts?: boolean;
}

/** An S3 server of the tests (versitygw), which keeps its buckets in a temporary directory. */
export class S3Server {
  private running: ChildProcess | undefined;
  private readonly home: string;
  private readonly port: number;
  private readonly options: S3Options;

  private constructor(home: string, port: number, options: S3Options) {
    this.home = home;
    this.port = port;
    this.options = options;
  }

  static async start(port: number, options: S3Options = {}): Promise<S3Server> {
    if (!existsSync(PROGRAM)) throw new Error('no versitygw here: run .ci/install-tools scale');
    const home = mkdtempSync(join(tmpdir(), 'berth-s3-'));
    mkdirSync(join(home, 'data', BUCKET), { recursive: true });
    mkdirSync(join(home, 'facts'));
    const server = new S3Server(home, port, options);
    await server.resume();
    return server;
  }

  get pid(): number {
    return this.running?.pid ?? 0;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Ends the server as `kill -9` does. What it has acknowledged stays in its directory. */
  async kill(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    if (running === undefined) return;
    const ended = new Promise((done) => running.once('exit', done));
    running.kill('SIGKILL');
    await ended;
  }

  async resume(): Promise<void> {
    const { accessKeyId, secretAccessKey } = S3_LOGIN;
    const { options: further = [], hasManyParts = false } = this.options;
    const login = ['--access', accessKeyId, '--secret', secretAccessKey, ...further];
    const facts = hasManyParts ? ['--sidecar', join(this.home, 'facts')] : [];
    const place = ['posix', ...facts, join(this.home, 'data')];
    const options = [...login, '--port', `127.0.0.1:${this.port}`, '--quiet', ...place];
    this.running = spawn(PROGRAM, options, { stdio: 'ignore' });
    endWithUs(this.running, 'SIGKILL');
    const end = Date.now() + 20_000;
    while (!(await isOpen(this.port))) {
      if (Date.now() > end) throw new Error('the S3 server does not start');
      await setTimeout(50);
    }
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.home, { recursive: true, force: true });
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
