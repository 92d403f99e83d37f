import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { readAll } from '../../src/storage/contract/fixtures.js';

/** A span as a receiver sees it. */
export interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the root of a trace. */
  readonly parentId: string;
  /** 2 is a server's. */
  readonly kind: number;
  readonly nanoseconds: number;
  /** 2 is an error. */
  readonly statusCode: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly service: string;
}

/** A receiver of OTLP over HTTP, which decodes the protobuf of `opentelemetry-proto`. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** What it answers, or `hang` for no answer. */
  mode: number | 'hang' = 200;
  asked = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OtlpReceiver> {
    const server = createServer((request, response) => {
      receiver.asked++;
      void readAll(request as AsyncIterable<Uint8Array>).then((body) => {
        if (receiver.mode === 'hang') return;
        if (receiver.mode === 200) receiver.take(request.url ?? '', request.headers, body);
        response.writeHead(receiver.mode, { 'Content-Type': 'application/x-protobuf' }).end();
      });
    });
    const receiver = new OtlpReceiver(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Resolves to the spans of the trace of the first span that matches, when there are `count` of them. */
  async traceOf(isWanted: (span: ReceivedSpan) => boolean, count: number): Promise<ReceivedSpan[]> {
    const found = (): ReceivedSpan[] => {
      const wanted = this.spans.find(isWanted);
      return this.spans.filter(({ traceId }) => traceId === wanted?.traceId);
    };
    for (let round = 0; round < 60 && found().length < count; round++) await delay(50);
    return found();
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private take(path: string, headers: Readonly<Record<string, unknown>>, body: Buffer): void {
    if (path !== '/v1/traces' || headers['content-type'] !== 'application/x-protobuf') {
      throw new Error(`not an export of traces: ${path} ${String(headers['content-type'])}`);
    }
    this.spans.push(...spansOf(body));
  }
}

type Value = number | bigint | Buffer;

/** Decodes the fields of a protobuf message, by number. https://protobuf.dev/programming-guides/encoding */
function fieldsOf(message: Buffer): Map<number, Value[]> {
  const fields = new Map<number, Value[]>();
  let at = 0;
  const varint = (): number => {
    for (let value = 0, factor = 1; ; factor *= 128) {
      const byte = message.readUInt8(at++);
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  const bytes = (length: number): Buffer => message.subarray(at, (at += length));
  const readers: Readonly<Record<number, () => Value>> = {
    0: varint,
    1: () => bytes(8).readBigUInt64LE(),
    2: () => bytes(varint()),
    5: () => bytes(4).readUInt32LE(),
  };
  while (at < message.length) {
    const tag = varint();
    const read = readers[tag & 7];
    if (read === undefined) throw new Error(`the wire type ${tag & 7} is not of protobuf 3`);
    const number = Math.floor(tag / 8);
    fields.set(number, [...(fields.get(number) ?? []), read()]);
  }
  return fields;
}

function messages(message: Buffer, number: number): Buffer[] {
  return (fieldsOf(message).get(number) ?? []).filter((value) => Buffer.isBuffer(value));
}

/** ExportTraceServiceRequest → ResourceSpans → ScopeSpans → Span, of opentelemetry/proto/trace/v1/trace.proto. */
function spansOf(request: Buffer): ReceivedSpan[] {
  return messages(request, 1).flatMap((resourceSpans) => {
    const [resource = Buffer.alloc(0)] = messages(resourceSpans, 1);
    const service = String(attributesOf(resource, 1)['service.name']);
    return messages(resourceSpans, 2)
      .flatMap((scopeSpans) => messages(scopeSpans, 2))
      .map((span) => spanOf(span, service));
  });
}

function spanOf(message: Buffer, service: string): ReceivedSpan {
  const fields = fieldsOf(message);
  const bytes = (number: number): Buffer => messages(message, number)[0] ?? Buffer.alloc(0);
  const time = (number: number): bigint => BigInt(String(fields.get(number)?.[0] ?? 0));
  return {
    name: bytes(5).toString(),
    traceId: bytes(1).toString('hex'),
    spanId: bytes(2).toString('hex'),
    parentId: bytes(4).toString('hex'),
    kind: Number(fields.get(6)?.[0] ?? 0),
    nanoseconds: Number(time(8) - time(7)),
    statusCode: Number(fieldsOf(bytes(15)).get(3)?.[0] ?? 0),
    attributes: attributesOf(message, 9),
    service,
  };
}

/** Returns the KeyValues of a field, of opentelemetry/proto/common/v1/common.proto. */
function attributesOf(message: Buffer, number: number): Record<string, string | number> {
  const entries = messages(message, number).map((pair): [string, string | number] => {
    const [key = Buffer.alloc(0)] = messages(pair, 1);
    const [value = Buffer.alloc(0)] = messages(pair, 2);
    const [[kind, [first] = []] = [0, []]] = fieldsOf(value);
    return [
      key.toString(),
      kind === 1 && Buffer.isBuffer(first) ? first.toString() : Number(first),
    ];
  });
  return Object.fromEntries(entries);
}
