import { type IncomingMessage } from 'node:http';

import { type RegistryClient } from '../../../src/client/registry-client.js';
import { Digest } from '../../../src/domain/digest.js';
import { parseTagName } from '../../../src/domain/reference.js';
import { buildImage, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { useOpened, type Opened } from '../../support/upstreams/opened.js';
import { type SeenServer } from '../../support/upstreams/seen-server.js';

export const LATEST = parseTagName('latest');
export const IMAGE = buildImage([uniqueBytes(100)]);
export const BLOB = uniqueBytes(1_000);
export const BLOB_DIGEST = Digest.of(BLOB);
export const MANIFEST_TYPE = IMAGE.descriptor.mediaType;
export const DESCRIBED = {
  mediaType: MANIFEST_TYPE,
  digest: IMAGE.digest,
  size: IMAGE.bytes.byteLength,
};

type Headers = Readonly<Record<string, string>>;
export type Answer = readonly [status: number, headers?: Headers, body?: Buffer | string];
type AnswerTo = (request: IncomingMessage) => Answer;

interface OddRegistries extends Pick<Opened, 'clientOf'> {
  /** Starts a server that writes its responses itself. */
  readonly serveBy: Opened['serve'];
  /** Starts a server that responds as `answerTo` says. */
  readonly serve: (answerTo: AnswerTo) => Promise<SeenServer>;
  /** Starts a server that responds as `answerTo` says, with a client. */
  readonly clientOfServer: (
    answerTo: AnswerTo,
  ) => Promise<{ readonly server: SeenServer; readonly client: RegistryClient }>;
}

/** Returns what starts registries of any behavior for the tests of a file. */
export function useOddRegistries(): OddRegistries {
  const opened = useOpened();
  const { clientOf } = opened;
  const serve = (answerTo: AnswerTo): Promise<SeenServer> =>
    opened.serve((request, response) => {
      const [status, headers = {}, body] = answerTo(request);
      response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
    });
  return {
    clientOf,
    serveBy: opened.serve,
    serve,
    clientOfServer: async (answerTo) => {
      const server = await serve(answerTo);
      return { server, client: clientOf(server.url) };
    },
  };
}
