import {
  isJsonObject,
  listedDescriptor,
  readAnnotations,
  readDescriptor,
  type Descriptor,
} from '../domain/descriptor.js';
import { type Subject } from './failures.js';

/** How registries respond that do not have the referrers API. */
export const WITHOUT_REFERRERS: readonly number[] = [400, 404, 405, 406, 501];

/** Returns the descriptors in an index, without entries that are invalid. @throws RemoteFailure if it is not an index */
export function descriptorsIn(index: unknown, subject: Subject): readonly Descriptor[] {
  const entries = isJsonObject(index) ? index['manifests'] : undefined;
  if (!Array.isArray(entries)) throw subject.wrong('it sent something that is not an index');
  return entries.map(read).filter((entry) => entry !== undefined);
}

function read(value: unknown): Descriptor | undefined {
  const descriptor = readDescriptor(value);
  if (typeof descriptor === 'string' || !isJsonObject(value)) return undefined;
  const type = value['artifactType'];
  const annotations = readAnnotations(value['annotations']);
  return listedDescriptor({
    ...descriptor,
    ...(typeof type === 'string' && type !== '' && { artifactType: type }),
    ...(typeof annotations === 'object' && { annotations }),
  });
}
