import { type ClientAddress } from '../../api/place.js';
import { fullName, fullRepository, pullCommands, type Command } from '../../parts/commands.js';
import { type ImageName } from '../../parts/places.js';

/** Clients that pull any content, not only images. */
const FOR_ARTIFACTS = ['oras', 'crane', 'skopeo'];

/** Returns how clients get what has this purpose: an image, a chart, or another artifact. */
export function commandsFor(
  purpose: string,
  address: ClientAddress,
  image: ImageName,
): readonly Command[] {
  const commands = pullCommands(address, image);
  if (purpose === 'image' || purpose === 'index') return commands;
  const others = FOR_ARTIFACTS.flatMap((client) =>
    commands.filter((command) => command.client === client),
  );
  if (purpose === 'helm-chart') return [helmCommand(address, image), ...others];
  return others;
}

function helmCommand(address: ClientAddress, image: ImageName): Command {
  const option = address.isPlain && !address.isLocal ? ' --plain-http' : '';
  const isTag = !image.reference.includes(':');
  const chart = isTag
    ? // Tags cannot have the plus sign that versions of charts may have.
      `${fullRepository(address, image.repository)} --version ${image.reference.replaceAll('_', '+')}`
    : fullName(address, image);
  return { client: 'helm', text: `helm pull oci://${chart}${option}` };
}
