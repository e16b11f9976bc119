export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanOptions {
  /** Whether it was asked for by another process, or asks one. Default: internal. */
  readonly kind?: "internal" | "server" | "client";
  /** Epoch ms, with fractions. Default: now. */
  readonly startAt?: number;
  readonly attributes?: Attributes;
}

export interface RootOptions extends SpanOptions {
  /** The `traceparent` of what it is part of. It decides, too, whether this is sampled. */
  readonly parent?: string | undefined;
  /** The `traceparent` of what it has to do with besides. */
  readonly links?: readonly string[];
}

/** What somebody does, for a time, within a trace. What is not sampled makes no span. */
export interface Span {
  /** For those who go on with it. */
  readonly traceparent: string;
  child(name: string, options?: SpanOptions): Span;
  set(attributes: Attributes): void;
  fail(message: string): void;
  /** Epoch ms. Default: now. Only the first call counts. */
  end(at?: number): void;
}

/** Begins spans, and sends what has ended to a collector of OpenTelemetry. Never throws, and never waits. */
export interface Tracing extends AsyncDisposable {
  /** Undefined if it is not sampled. */
  begin(name: string, options?: RootOptions): Span | undefined;
  /** For what was done by another, who has told of it. */
  as(service: string, instance: string): Pick<Tracing, "begin">;
}

export interface TracingConfig {
  /** Where spans are sent to, by OTLP over HTTP, as JSON: a URL such as http://127.0.0.1:4318/v1/traces. */
  readonly endpoint: string;
  /** Sent along, such as a key. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The share of traces that begin here and are sampled, 0 to 1. Default: what OTEL_TRACES_SAMPLER says, else all. */
  readonly sample?: number;
}

/** Does the work, within a span of its own if there is a span around it. */
export async function during<T>(
  around: Span | undefined,
  name: string,
  work: (span: Span | undefined) => Promise<T>,
): Promise<T> {
  if (around === undefined) return await work(undefined);
  const span = around.child(name);
  try {
    return await work(span);
  } catch (error) {
    span.fail(error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    span.end();
  }
}
