import { command } from '../command.js';

export const tlsDev = command({
  words: 'tls dev',
  summary: 'make a certificate for development',
  details:
    'Makes a CA on the first run and uses it again later. Prints the settings to serve with the certificate, ' +
    'and how clients come to trust the CA.',
  operands: [
    {
      name: 'HOST',
      optional: true,
      repeated: true,
      means: 'names and addresses that clients use; localhost is always in the certificate',
    },
  ],
  options: { out: { takes: 'DIR', means: 'the directory to write to (default: tls)' } },
  examples: [
    { does: 'Make a certificate for this machine', line: 'berth tls dev' },
    {
      does: 'Make one for a name and an address',
      line: 'berth tls dev registry.test 192.168.1.20',
    },
  ],
  async run(context, { out }, ...hosts) {
    const settings = await context.settings();
    const { makeDevelopmentCertificate } = await import('../tls-command.js');
    await makeDevelopmentCertificate(settings, { hosts, out }, context.print);
  },
});
