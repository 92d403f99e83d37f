import { command } from '../command.js';

export const doctor = command({
  words: 'doctor',
  summary: 'check a registry as clients see it',
  details:
    'Sends requests from this machine as clients do, and prints what to change for each problem. ' +
    'Exits with 1 if there is something to change. ' +
    'The push goes to the repository berth-doctor/probe, or to that of --repository, and is deleted again.',
  operands: [{ name: 'URL', means: 'https://HOST[:PORT], or http://HOST[:PORT]' }],
  options: {
    username: {
      takes: 'NAME',
      means: 'log in as NAME, with the password in BERTH_PASSWORD or one that you type',
    },
    repository: {
      takes: 'NAME',
      means: 'push to this repository, where the login has all rights',
    },
    'read-only': { means: 'leave out the push' },
    'ca-file': { takes: 'PATH', means: 'trust the CA in this file as well' },
  },
  examples: [
    {
      does: 'Check a registry with a login',
      line: 'berth doctor https://registry.example.com --username alice',
    },
    {
      does: 'Check one with a certificate of "berth tls dev"',
      line: 'berth doctor https://localhost:5000 --ca-file tls/ca.crt --read-only',
    },
  ],
  async run(context, { username, repository, 'read-only': readOnly, 'ca-file': caFile }, url) {
    // Loads a .env file, which may hold the password.
    context.environment();
    const { consultDoctor } = await import('../doctor-command.js');
    return consultDoctor({ url, username, repository, readOnly, caFile }, context.print);
  },
});
