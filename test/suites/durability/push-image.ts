import { manifestOf, newContent, type Content, type ImageManifest } from './contents.ts';
import type { AcknowledgedImage } from './ledger.ts';
import { leaveUnfinished, WAYS, type Pusher } from './push-blob.ts';
import { between, chance, oneOf } from './random.ts';
import type { TagMove } from './tag-history.ts';

const MAX_LAYERS = 4;

/** Pushes one image of random shape to a new or an existing repository, as some client would. */
export async function pushImage(pusher: Pusher, newRepository: string): Promise<void> {
  const used = chance(0.25) ? undefined : pusher.ledger.someRepository();
  const repository = used ?? newRepository;
  if (chance(0.05)) await leaveUnfinished(pusher, repository, newContent());
  const config = await pushNew(pusher, repository, between(200, 3_000));
  const layers: Content[] = [];
  for (let count = between(1, MAX_LAYERS); count > 0; count--) {
    layers.push(await provideLayer(pusher, repository));
  }
  const described = chance(0.2) ? oneOf(pusher.ledger.imagesOf(repository)) : undefined;
  const subject = described && descriptorOf(described.manifest);
  const manifest = manifestOf({ config, layers, subject });
  await putManifest(pusher, { repository, manifest, blobs: [config, ...layers], subject });
}

/** Provides a layer that is new, mounted from another repository, or pushed although the registry has it. */
async function provideLayer(pusher: Pusher, repository: string): Promise<Content> {
  const known = chance(0.3) ? pusher.ledger.imageOutside(repository) : undefined;
  const content = known && oneOf(known.blobs);
  if (known === undefined || content === undefined) return pushNew(pusher, repository);
  if (chance(0.5)) await mount(pusher, repository, content, known.repository);
  else await push(pusher, repository, content);
  return content;
}

async function pushNew(pusher: Pusher, repository: string, size?: number): Promise<Content> {
  const content = newContent(size);
  await push(pusher, repository, content);
  return content;
}

async function push(pusher: Pusher, repository: string, content: Content): Promise<void> {
  await oneOf(WAYS)?.(pusher, repository, content);
}

async function mount(
  { client, ledger }: Pusher,
  repository: string,
  content: Content,
  from: string,
): Promise<void> {
  const query = `mount=${content.digest}&from=${encodeURIComponent(from)}`;
  await client.expect(201, 'POST', `/v2/${repository}/blobs/uploads/?${query}`);
  ledger.addBlob(repository, content);
}

/** Pushes the manifest by a tag, by its digest with further tags, or by its digest alone. */
async function putManifest({ client, ledger }: Pusher, image: AcknowledgedImage): Promise<void> {
  const { repository, manifest } = image;
  const tags = chance(0.15) ? [] : chance(0.5) ? [someTag()] : [someTag(), `also-${someTag()}`];
  const [only, ...more] = tags;
  const byTag = only !== undefined && more.length === 0;
  const query = byTag
    ? ''
    : tags.map((tag, index) => `${index > 0 ? '&' : '?'}tag=${tag}`).join('');
  const path = `/v2/${repository}/manifests/${byTag ? only : manifest.digest}${query}`;
  const histories = tags.map((tag) => ledger.tag(repository, tag));
  const moves = histories.map((history) => history.begin(manifest.digest));
  const end = (acknowledged: boolean): void => {
    histories.forEach((history, index) => history.end(moves[index] as TagMove, acknowledged));
  };
  try {
    const headers = { 'Content-Type': manifest.mediaType };
    await client.expect(201, 'PUT', path, { headers, body: manifest.bytes });
    end(true);
    ledger.addImage(image);
  } catch (error) {
    end(false);
    throw error;
  }
}

/** Few tags, so that several clients move the same ones again and again. */
function someTag(): string {
  return oneOf(['latest', 'Stable', `1.${between(0, 5)}`, `build-${between(0, 999)}`]) ?? 'latest';
}

function descriptorOf({ mediaType, digest, size }: ImageManifest): AcknowledgedImage['subject'] {
  return { mediaType, digest, size };
}
