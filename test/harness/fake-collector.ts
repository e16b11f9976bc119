import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

export interface ToldSpan {
  readonly service: string;
  readonly instance: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly kind: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, string | boolean>>;
  readonly links: readonly { traceId: string; spanId: string }[];
  readonly failure: string | undefined;
}

type Value = { stringValue?: string; boolValue?: boolean; intValue?: string; doubleValue?: number };
type Attributes = readonly { key: string; value: Value }[];

interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Attributes;
  links: { traceId: string; spanId: string }[];
  status: { code: number; message?: string };
}

interface OtlpRequest {
  resourceSpans: {
    resource: { attributes: Attributes };
    scopeSpans: { spans: OtlpSpan[] }[];
  }[];
}

/** A collector of OpenTelemetry, by OTLP over HTTP with JSON. */
export class FakeCollector implements AsyncDisposable {
  readonly spans: ToldSpan[] = [];
  readonly paths: (string | undefined)[] = [];
  readonly keys: unknown[] = [];
  /** How it answers. Default: as it should. */
  onRequest: (response: ServerResponse) => void = (response) => {
    response.setHeader("content-type", "application/json").end("{}");
  };
  readonly #server = createServer(async (request, response) => {
    this.paths.push(request.url);
    this.keys.push(request.headers["x-key"]);
    this.#take((await json(request)) as OtlpRequest);
    this.onRequest(response);
  });

  static async start(): Promise<FakeCollector> {
    const collector = new FakeCollector();
    collector.#server.listen(0, "127.0.0.1");
    await once(collector.#server, "listening");
    return collector;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1/traces`;
  }

  named(name: string): ToldSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  /** The one of this name; whoever asks has waited for it. */
  one(name: string): ToldSpan {
    const [span, ...others] = this.named(name);
    if (span === undefined || others.length > 0) {
      throw new Error(`${others.length + Number(span !== undefined)} spans are named ${name}`);
    }
    return span;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  #take({ resourceSpans }: OtlpRequest): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      const about = read(resource.attributes);
      const who = {
        service: String(about["service.name"]),
        instance: String(about["service.instance.id"]),
      };
      for (const { spans } of scopeSpans) {
        for (const span of spans) this.spans.push({ ...who, ...told(span) });
      }
    }
  }
}

const ERROR = 2;

function told(span: OtlpSpan): Omit<ToldSpan, "service" | "instance"> {
  const { name, traceId, spanId, parentSpanId, kind, links, status } = span;
  const ms = (nanoseconds: string) => Number(BigInt(nanoseconds) / 1_000n) / 1_000;
  return {
    ...{ name, traceId, spanId, parentSpanId, kind, links },
    startMs: ms(span.startTimeUnixNano),
    endMs: ms(span.endTimeUnixNano),
    attributes: read(span.attributes),
    failure: status.code === ERROR ? (status.message ?? "") : undefined,
  };
}

function read(attributes: Attributes): Record<string, string | boolean> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? value.boolValue ?? value.intValue ?? String(value.doubleValue),
    ]),
  );
}
