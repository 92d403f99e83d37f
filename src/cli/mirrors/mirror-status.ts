import { dataOf, type BerthClient } from '../../api/client/berth-client.js';
import { type CommandContext } from '../command.js';
import { Output, sizeText } from '../output/output.js';
import { type RegistryOptions } from '../target/target-options.js';
import { withRegistry } from '../target/target.js';

/** How `berth mirror status` is typed. */
export interface StatusOptions extends RegistryOptions {
  readonly json: boolean;
}

type Mirror = Awaited<ReturnType<typeof mirrorsOf>>['mirrors'][number];

const COLUMNS = [
  { title: 'MIRROR' },
  { title: 'STATE' },
  { title: 'STORED', right: true },
  { title: 'SERVED', right: true },
  { title: 'FETCHED', right: true },
  { title: 'LAST ANSWER' },
] as const;

/** `berth mirror status`: prints what each mirror of a running registry does and has done. @throws PlainFailure */
export async function mirrorStatus(context: CommandContext, options: StatusOptions): Promise<void> {
  await withRegistry(context, options, [], async ({ target: { client } }) => {
    const output = new Output(context);
    const found = await mirrorsOf(client);
    if (options.json) return output.json(found);
    const { mirrors } = found;
    const rows = mirrors.map((mirror) => rowOf(mirror, output));
    output.table(COLUMNS, rows, 'The registry mirrors no other registry.');
    for (const mirror of mirrors) {
      for (const remark of remarksOn(mirror, output)) output.line(`${mirror.name}: ${remark}`);
    }
  });
}

function mirrorsOf(client: BerthClient) {
  return dataOf(client.GET('/api/v1/mirrors'));
}

function rowOf({ name, state, restingSeconds, ...mirror }: Mirror, output: Output): string[] {
  return [
    name,
    state === 'resting' ? `rests ${restingSeconds} s` : state,
    storedShare(mirror),
    sizeText(mirror.bytes.cache),
    sizeText(mirror.bytes.upstream),
    output.time(mirror.lastAnswerAt),
  ];
}

/** Returns how many of the answers were from what is stored. */
function storedShare({ requests }: Pick<Mirror, 'requests'>): string {
  const all = Object.values(requests).reduce((sum, count) => sum + count, 0);
  const stored = requests.hit + requests.confirmed + requests.stale;
  return all === 0 ? '-' : `${Math.floor((100 * stored) / all)} %`;
}

function remarksOn({ limit, downloads, lastError }: Mirror, output: Output): string[] {
  const of = limit?.limit === undefined ? '' : ` of ${limit.limit}`;
  return [
    ...(limit === undefined ? [] : [`${limit.left}${of} pulls left, ${output.time(limit.at)}`]),
    ...(downloads === 0 ? [] : [`${downloads} downloads run or wait`]),
    ...(lastError === undefined ? [] : [`${output.time(lastError.at)}: ${lastError.message}`]),
  ];
}
