import { api, dataOf, type components } from '../../api/client.js';
import { askEarly, type Question } from '../../api/queries.js';
import { parseImage, type ImageName } from '../../parts/places.js';

/** The platform that an address names. */
export function platformIn(params: URLSearchParams): string | undefined {
  return params.get('platform') ?? undefined;
}

/** The question for all that the registry tells about an image, for the platform of an address. */
export function imageAt(
  { repository, reference }: ImageName,
  params: URLSearchParams,
): Question<components['schemas']['ImageView']> {
  const platform = platformIn(params);
  const path = { name: repository, reference };
  const query = platform === undefined ? {} : { platform };
  return {
    key: ['image', repository, reference, platform],
    ask: (signal) =>
      dataOf(
        api.GET('/api/v1/repositories/{name}/images/{reference}', {
          params: { path, query },
          signal,
        }),
      ),
  };
}

/** Asks for the image of an address before it is drawn. */
export function askForImage(rest: string, params: URLSearchParams): void {
  const image = parseImage(rest);
  if (image === undefined) return;
  const { key, ask } = imageAt(image, params);
  // The page says what went wrong.
  askEarly(key, ask).catch(() => undefined);
}
