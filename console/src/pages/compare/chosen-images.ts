import { imageText, parseImage, type ComparedImages, type ImageName } from '../../parts/places.js';

/** Returns the images that an address names, or `undefined` if it does not name two. */
export function chosenImages(params: URLSearchParams): ComparedImages | undefined {
  const [repository, a, b] = ['repository', 'a', 'b'].map((name) => params.get(name) ?? '');
  if (!repository || !a || !b) return undefined;
  const [other, platform] = [params.get('with'), params.get('platform')];
  return { repository, a, b, ...(other && { other }), ...(platform && { platform }) };
}

/** Returns both images with their repositories. */
export function imagesOf({ repository, a, b, other }: ComparedImages): [ImageName, ImageName] {
  return [
    { repository, reference: a },
    { repository: other ?? repository, reference: b },
  ];
}

/** Returns both images as people write them. */
export function textsOf(chosen: ComparedImages): [string, string] {
  const [first, second] = imagesOf(chosen);
  return [imageText(first), imageText(second)];
}

/** Reads two images as people write them. The second may be a tag or a digest alone, of the same repository. */
export function parseImages(first: string, second: string): ComparedImages | undefined {
  const one = parseImage(first.trim());
  if (one === undefined) return undefined;
  const two = parseSecond(second.trim(), one.repository);
  if (two === undefined) return undefined;
  const { repository, reference: a } = one;
  const isSame = two.repository === repository;
  return { repository, a, b: two.reference, ...(!isSame && { other: two.repository }) };
}

function parseSecond(text: string, repository: string): ImageName | undefined {
  const isDigest = /^[a-z0-9]+:[0-9a-f]{32,}$/.test(text);
  if (isDigest || /^[\w][\w.-]*$/.test(text)) return { repository, reference: text };
  return parseImage(text);
}

/** Returns the same comparison the other way round. */
export function swapped({ repository, a, b, other, platform }: ComparedImages): ComparedImages {
  return {
    repository: other ?? repository,
    a: b,
    b: a,
    ...(other !== undefined && { other: repository }),
    ...(platform !== undefined && { platform }),
  };
}

/** Returns what the API takes. */
export function queryOf({ a, b, other, platform }: ComparedImages): {
  readonly a: string;
  readonly b: string;
  readonly with?: string;
  readonly platform?: string;
} {
  return { a, b, ...(other && { with: other }), ...(platform && { platform }) };
}
