import { openRegistryClient } from '../../client/open-registry-client.js';
import { RemoteFailure } from '../../client/registry-client.js';
import { type ClientOptions } from '../../client/upstream.js';
import { Digest } from '../../domain/digest.js';
import { type Reference } from '../../domain/reference.js';
import { formatBytes } from '../../log/format-bytes.js';
import {
  isAllowed,
  type MirrorNames,
  type RemoteRepository,
} from '../../mirror/plan/meant-repository.js';
import { PlainFailure } from '../plain-failure.js';
import { parseReference, requireTag } from '../target/reference.js';

/** What a registry says about an image, as a sentence. */
export interface Answer {
  readonly exists: boolean;
  readonly sentence: string;
}

/**
 * Asks the registry of a mirror for an image, such as `docker.io/library/alpine:3`. It asks by HEAD, which is not a pull.
 *
 * @throws PlainFailure if the image is not one of a mirror
 */
export async function askForImage(
  names: MirrorNames,
  image: string,
  options: ClientOptions,
): Promise<Answer> {
  const { repository, reference } = readImage(image);
  const meant = names.meant({ name: repository });
  if (meant.kind !== 'mirrored') {
    throw new PlainFailure(
      `${image} is not an image of a mirror; begin with its name, such as docker.io/library/alpine:3`,
    );
  }
  const { name, mirror } = meant;
  const full = `${name}${reference instanceof Digest ? '@' : ':'}${reference}`;
  if (!isAllowed(meant)) return no(`${full} is not allowed by the mirror ${mirror.name}`);
  if (mirror.offline) return no(`${full} was not asked for: the mirror ${mirror.name} is offline`);
  return ask(meant, reference, full, options);
}

async function ask(
  { mirror, remote }: RemoteRepository,
  reference: Reference,
  full: string,
  options: ClientOptions,
): Promise<Answer> {
  const client = openRegistryClient(mirror, options);
  try {
    const found = await client.stat(remote, reference);
    if (found === undefined) return no(`${full} does not exist at ${mirror.url.origin}`);
    const { digest, mediaType, size } = found;
    const sentence = `${full} is ${digest}, ${mediaType}, ${formatBytes(size)}`;
    return { exists: true, sentence };
  } catch (error) {
    if (error instanceof RemoteFailure) return no(error.message);
    throw error;
  } finally {
    await client.close();
  }
}

function no(sentence: string): Answer {
  return { exists: false, sentence };
}

/** @throws PlainFailure */
function readImage(image: string): { repository: string; reference: Reference } {
  const { repository, tag, digest } = parseReference(image);
  if (digest === undefined) return { repository, reference: tag ?? requireTag('latest') };
  const reference = Digest.tryParse(digest);
  if (reference !== undefined) return { repository, reference };
  throw new PlainFailure(`${image} has only the beginning of a digest; write the whole digest`);
}
