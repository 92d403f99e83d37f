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

/** An S3 server of the tests (versitygw), which keeps its buckets in a temporary directory. */
export class S3Server {
  private running: ChildProcess | undefined;
  private readonly home: string;
  private readonly port: number;
  private readonly further: readonly string[];

  private constructor(home: string, port: number, further: readonly string[]) {
    this.home = home;
    this.port = port;
    this.further = further;
  }

  /** Starts a server, with `further` options of the program. */
  static async start(port: number, further: readonly string[] = []): Promise<S3Server> {
    if (!existsSync(PROGRAM)) throw new Error('no versitygw here: run .ci/install-tools scale');
    const home = mkdtempSync(join(tmpdir(), 'berth-s3-'));
    mkdirSync(join(home, BUCKET));
    const server = new S3Server(home, port, further);
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
    const login = ['--access', accessKeyId, '--secret', secretAccessKey, ...this.further];
    const options = [...login, '--port', `127.0.0.1:${this.port}`, '--quiet', 'posix', this.home];
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
