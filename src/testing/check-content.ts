import { checkArgument, isRecord, TEXT, type Kind } from './check-arguments.js';
import { type BlobContent, type Content } from './content.js';

const CONTENT: Kind = {
  allowed: 'a result of image, index, artifact or pull',
  fits: (value) =>
    isRecord(value) &&
    isDescriptor(value['descriptor']) &&
    value['bytes'] instanceof Uint8Array &&
    isRecord(value['manifest']) &&
    (value['config'] === undefined || isBlob(value['config'])) &&
    isListOf(value['layers'], isBlob) &&
    isListOf(value['manifests'], CONTENT.fits),
};

export const CONTENTS: Kind = {
  allowed: 'a list of results of image, index, artifact or pull',
  fits: (value) => isListOf(value, CONTENT.fits),
};

export const CONTENT_OR_DESCRIPTOR: Kind = {
  allowed: `${CONTENT.allowed}, or a descriptor with mediaType, digest and size`,
  fits: (value) => CONTENT.fits(value) || isDescriptor(value),
};

/** Checks content from a JavaScript caller. @throws TypeError */
export function checkContent(name: string, value: unknown): asserts value is Content {
  checkArgument(name, value, CONTENT);
}

/** Returns whether a value is a result of `layer` or `blob`. */
export function isBlob(value: unknown): value is BlobContent {
  return isDescriptor(value) && value['bytes'] instanceof Uint8Array;
}

function isDescriptor(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    isRecord(value) &&
    TEXT.fits(value['mediaType']) &&
    TEXT.fits(value['digest']) &&
    typeof value['size'] === 'number'
  );
}

/** Returns whether a value is a list whose items fit. */
export function isListOf(value: unknown, fits: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(fits);
}
