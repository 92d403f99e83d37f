import { dataOf, type BerthClient } from '../../api/client/berth-client.js';
import { type components } from '../../api/client/schema.js';
import { type CommandContext } from '../command.js';
import { Output } from '../output/output.js';
import { parseReference, type Reference } from '../target/reference.js';
import { withTarget } from '../target/target.js';
import { type TargetOptions } from '../target/target-options.js';
import { digestOf, tagOf } from './look-up.js';
import { showManifest } from './shown-manifest.js';

type Schemas = components['schemas'];

/** A manifest with what leads to it and what refers to it. */
export interface Inspected {
  readonly repository: string;
  /** The tag that was asked for. */
  readonly tag?: Schemas['Tag'];
  readonly manifest: Schemas['Manifest'];
  readonly referrers: Schemas['Referrers'];
  readonly holders: Schemas['Holders'];
}

/** `berth inspect REFERENCE`: explains a manifest. @throws PlainFailure */
export async function inspect(
  context: CommandContext,
  options: TargetOptions & { readonly json: boolean },
  word: string,
): Promise<void> {
  await withTarget(context, options, [word], async ({ target, paths: [path = ''] }) => {
    const inspected = await inspectedOf(target.client, parseReference(path));
    const output = new Output(context);
    if (options.json) output.json(inspected);
    else showManifest(inspected, output);
  });
}

async function inspectedOf(client: BerthClient, asked: Reference): Promise<Inspected> {
  const { repository, digest } = asked;
  const name = asked.tag ?? (digest === undefined ? 'latest' : undefined);
  const tag = name === undefined ? undefined : await tagOf(client, repository, name);
  const whole = tag?.digest ?? (await digestOf(client, asked));
  const params = { path: { name: repository, digest: whole } };
  const [manifest, referrers, holders] = await Promise.all([
    dataOf(client.GET('/api/v1/repositories/{name}/manifests/{digest}', { params })),
    dataOf(client.GET('/api/v1/repositories/{name}/manifests/{digest}/referrers', { params })),
    dataOf(client.GET('/api/v1/repositories/{name}/manifests/{digest}/holders', { params })),
  ]);
  return { repository, ...(tag && { tag }), manifest, referrers, holders };
}
