import { type ExplainedManifest } from './explain-manifest.js';
import { platformText } from './manifest-summary.js';

/** Returns the platforms of an image or of the images of an index, each once, such as `linux/arm64/v8`. */
export function platformsOf({ entries, config }: ExplainedManifest): string[] {
  const platforms = entries.map(({ platform }) => platform).filter((one) => one !== undefined);
  const { os, architecture, variant } = config?.image ?? {};
  const own = os !== undefined && architecture !== undefined ? [{ os, architecture, variant }] : [];
  const texts = [...platforms, ...own].map(({ variant: third, ...platform }) =>
    platformText({ ...platform, ...(third !== undefined && { variant: third }) }),
  );
  return [...new Set(texts)];
}
