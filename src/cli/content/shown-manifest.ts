import { type components } from '../../api/client/schema.js';
import { shortDigest, sizeText, type Output } from '../output/output.js';
import { type Inspected } from './inspect.js';

type Schemas = components['schemas'];

/** Prints a manifest for people: facts, then tables of what it consists of and what refers to it. */
export function showManifest(inspected: Inspected, output: Output): void {
  const { manifest, referrers, holders } = inspected;
  output.facts([...generalFacts(inspected, output), ...imageFacts(manifest.image, output)]);
  if (manifest.entries.length > 0) showEntries(manifest.entries, output);
  if (manifest.layers.length > 0) showLayers(manifest.layers, output);
  if (referrers.referrers.length > 0) showReferrers(referrers, output);
  if (holders.more) output.note('There are more than 1,000 tags and indexes that lead to it.');
}

function generalFacts(
  { repository, tag, manifest, holders }: Inspected,
  output: Output,
): [string, string | undefined][] {
  const { digest, purpose, mediaType, totalBytes, subject, pulls, lastPulledAt } = manifest;
  const by = tag?.pushedBy === undefined ? '' : ` by ${tag.pushedBy}`;
  return [
    ['name', tag === undefined ? repository : `${repository}:${tag.name}`],
    ['digest', digest],
    ['type', `${purpose} (${mediaType})`],
    ['size', sizeText(totalBytes)],
    ['tags', holders.tags.join(', ')],
    ['pushed', tag && `${output.time(tag.pushedAt)}${by}`],
    [
      'pulls',
      lastPulledAt === undefined ? `${pulls}` : `${pulls}, the last ${output.time(lastPulledAt)}`,
    ],
    ['part of', holders.indexes.join(', ')],
    ['subject', subject?.digest],
    ['config', configText(manifest)],
  ];
}

/** Why there is no config to show. */
const PROBLEMS: Readonly<Record<string, string>> = {
  missing: 'the repository does not have it',
  'too-large': 'too large to be shown',
  invalid: 'not a valid config of an image',
};

function configText({ configProblem }: Schemas['Manifest']): string | undefined {
  return configProblem && (PROBLEMS[configProblem] ?? configProblem);
}

function imageFacts(
  image: Schemas['Image'] | undefined,
  output: Output,
): [string, string | undefined][] {
  if (image === undefined) return [];
  const { os, architecture, variant, created, user, workingDirectory } = image;
  const platform = [os, architecture, variant].filter((part) => part !== undefined).join('/');
  return [
    ['runs on', platform],
    ['created', created && output.time(created)],
    ['user', user],
    ['workdir', workingDirectory],
    ['entry', words(image.entrypoint)],
    ['command', words(image.cmd)],
    ['ports', image.exposedPorts.join(', ')],
    ['volumes', image.volumes.join(', ')],
    ...image.env.map((text): [string, string] => ['env', text]),
    ...Object.entries(image.labels).map(([name, value]): [string, string] => [
      'label',
      `${name}=${value}`,
    ]),
  ];
}

/** A list of words, each in quotes if it has a space. */
function words(list: readonly string[]): string {
  return list.map((word) => (/^[^\s"']+$/.test(word) ? word : JSON.stringify(word))).join(' ');
}

function showEntries(entries: readonly Schemas['Entry'][], output: Output): void {
  output.line('');
  output.table(
    [
      { title: 'PLATFORM', shrinks: true },
      { title: 'DIGEST' },
      { title: 'SIZE', right: true },
      { title: 'PURPOSE', shrinks: true },
    ],
    entries.map(({ platform, digest, totalBytes, purpose, describes }) => [
      platform ?? '-',
      shortDigest(digest),
      // A sparse index names manifests that the repository does not have.
      totalBytes === undefined ? 'absent' : sizeText(totalBytes),
      describes === undefined ? (purpose ?? '-') : `${purpose ?? ''} of ${shortDigest(describes)}`,
    ]),
    '',
  );
}

function showLayers(layers: readonly Schemas['Layer'][], output: Output): void {
  output.line('');
  output.table(
    [
      { title: 'LAYER', right: true },
      { title: 'DIGEST' },
      { title: 'SIZE', right: true },
      { title: 'COMMAND', shrinks: true },
    ],
    layers.map(({ digest, size, command, title, mediaType }, index) => [
      `${index + 1}`,
      shortDigest(digest),
      sizeText(size),
      command ?? title ?? mediaType,
    ]),
    '',
  );
}

function showReferrers({ referrers, more }: Schemas['Referrers'], output: Output): void {
  output.line('');
  output.table(
    [{ title: 'REFERRER' }, { title: 'SIZE', right: true }, { title: 'TYPE', shrinks: true }],
    branches(referrers, 0),
    '',
  );
  if (more) output.note('There are more referrers than those shown.');
}

function branches(referrers: readonly Schemas['Referrer'][], depth: number): string[][] {
  return referrers.flatMap((one) => [
    [
      `${'  '.repeat(depth)}${shortDigest(one.digest)}`,
      sizeText(one.size),
      `${one.purpose} (${one.artifactType ?? one.mediaType})`,
    ],
    ...branches(one.referrers, depth + 1),
  ]);
}
