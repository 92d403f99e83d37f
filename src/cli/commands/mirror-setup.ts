import { command, WrongUsage } from '../command.js';
import { type MirrorClient } from '../mirrors/client-setup.js';

const CLIENTS: readonly MirrorClient[] = ['docker', 'containerd', 'podman', 'buildkit'];

export const mirrorSetup = command({
  words: 'mirror setup',
  summary: 'print the file by which a client pulls through the mirrors',
  details:
    'The file is on the standard output, and what to do with it on the standard error. podman is the file of buildah, skopeo and CRI-O, too.',
  operands: [{ name: 'CLIENT', means: CLIENTS.join(', '), completes: CLIENTS }],
  options: {
    url: {
      takes: 'URL',
      means: 'how the client reaches this registry (default: REGISTRY_PUBLIC_URL)',
    },
    file: { takes: 'PATH', means: 'use this file, not that of REGISTRY_MIRRORS_FILE' },
  },
  examples: [
    { does: 'Let containerd pull through the mirrors', line: 'berth mirror setup containerd' },
    {
      does: 'Let podman do so from another machine',
      line: 'berth mirror setup podman --url https://registry.example.com',
    },
  ],
  async run(context, { file, url }, word) {
    const client = CLIENTS.find((known) => known === word);
    if (client === undefined) {
      throw new WrongUsage(`unknown client '${word}'; allowed: ${CLIENTS.join(', ')}`);
    }
    const settings = await context.settings();
    const { setUpClient } = await import('../mirrors/mirror-commands.js');
    await setUpClient(settings, client, { file, url }, context.print, context.printError);
  },
});
