import { dataOf } from '../../api/client/berth-client.js';
import { type components } from '../../api/client/schema.js';
import { type CommandContext } from '../command.js';
import { Output } from '../output/output.js';
import { choose, withTarget } from '../target/target.js';
import { type TargetOptions } from '../target/target-options.js';
import {
  createRobot as createInStorage,
  grantsOf,
  lifeOf,
  revokeRobot as revokeInStorage,
  textOf,
  untilText,
  type RobotOptions,
} from '../token-commands.js';

type Options = TargetOptions & { readonly json: boolean };

const DAY_MS = 86_400_000;

/** `berth token list`: lists the robots. @throws PlainFailure */
export async function listRobots(context: CommandContext, options: Options): Promise<void> {
  await withTarget(context, options, [], async ({ target: { client } }) => {
    const { robots } = await dataOf(client.GET('/api/v1/robots'));
    const output = new Output(context);
    if (options.json) return output.json({ robots });
    output.table(
      [
        { title: 'ID' },
        { title: 'NAME' },
        { title: 'CAN', shrinks: true },
        { title: 'BY' },
        { title: 'LAST USED' },
        { title: 'EXPIRES' },
      ],
      robots.map((robot) => [
        robot.id,
        robot.name ?? '-',
        textOf(robot.grants),
        robot.createdBy ?? '-',
        output.time(robot.lastUsedAt),
        expiryOf(robot),
      ]),
      'There are no robots.',
    );
  });
}

function expiryOf({ expired, expiresAt }: components['schemas']['Robot']): string {
  if (expired) return 'expired';
  return expiresAt === undefined ? 'never' : expiresAt.slice(0, 10);
}

/** `berth token create`: creates a robot, and prints its token once. @throws PlainFailure */
export async function createRobot(
  context: CommandContext,
  options: Options & RobotOptions,
): Promise<void> {
  const isStorage = choose(context, options, []).place === 'storage';
  if (isStorage && !options.json) {
    return createInStorage(await context.settings(), options, context.print);
  }
  const grants = grantsOf(options).map(({ repositories, actions }) => {
    return { repositories, actions: [...actions] };
  });
  const lifeMs = lifeOf(options.expires);
  await withTarget(context, options, [], async ({ target: { client } }) => {
    const body = {
      name: options.name ?? 'command line',
      grants,
      ...(lifeMs !== undefined && { expiresInDays: lifeMs / DAY_MS }),
    };
    const created = await dataOf(client.POST('/api/v1/robots', { body }));
    const output = new Output(context);
    if (options.json) return output.json(created);
    const until = untilText(lifeMs && Date.now() + lifeMs);
    output.line(`Robot ${created.id} can ${textOf(grants)}; ${until}.`);
    output.line('Its password, valid with any user name, is not shown again:');
    output.line(created.token);
  });
}

/** `berth token revoke ID`: ends a token at once. @throws PlainFailure */
export async function revokeRobot(
  context: CommandContext,
  options: Options,
  id: string,
): Promise<void> {
  const isStorage = choose(context, options, []).place === 'storage';
  const output = new Output(context);
  if (isStorage) {
    const print = options.json ? () => undefined : context.print;
    await revokeInStorage(await context.settings(), id, print);
  } else {
    await withTarget(context, options, [], async ({ target: { client } }) => {
      await dataOf(client.DELETE('/api/v1/robots/{id}', { params: { path: { id } } }));
      if (!options.json) output.line(`revoked ${id}`);
    });
  }
  if (options.json) output.json({ revoked: id });
}
