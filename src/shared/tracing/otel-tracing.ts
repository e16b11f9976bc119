import {
  type Context,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace-base";
import {
  ATTR_SERVICE_INSTANCE_ID,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_VERSION,
} from "@opentelemetry/semantic-conventions";
import type { TracingDeps } from "./open-tracing.ts";
import { OtlpExporter } from "./otlp-exporter.ts";
import { formatTraceparent, parseTraceparent } from "./traceparent.ts";
import type {
  Attributes,
  RootOptions,
  Span,
  SpanOptions,
  Tracing,
  TracingConfig,
} from "./tracing.ts";

/** What is on its way when the process is to end gets so much time, not more. */
const FAREWELL_MS = 2_000;
/** Others have told of backends on so many machines; beyond that, each gets its provider anew. */
const MAX_OTHERS = 1_000;

const KINDS = { internal: SpanKind.INTERNAL, server: SpanKind.SERVER, client: SpanKind.CLIENT };

/** By OpenTelemetry's own SDK, whose queue is bounded: what it cannot take is dropped. */
export class OtelTracing implements Tracing {
  readonly #exporter: OtlpExporter;
  readonly #processor: BatchSpanProcessor;
  readonly #config: TracingConfig;
  readonly #version: string;
  readonly #own: Tracer;
  readonly #others = new Map<string, Pick<Tracing, "begin">>();

  constructor(
    deps: TracingDeps,
    config: TracingConfig,
    { service, instance, version }: { service: string; instance: string; version: string },
  ) {
    this.#config = config;
    this.#version = version;
    this.#exporter = new OtlpExporter(deps, config);
    this.#processor = new BatchSpanProcessor(this.#exporter);
    this.#own = this.#tracer(service, instance);
  }

  begin(name: string, options?: RootOptions): Span | undefined {
    return begin(this.#own, name, options);
  }

  as(service: string, instance: string): Pick<Tracing, "begin"> {
    const id = `${service}/${instance}`;
    const known = this.#others.get(id);
    if (known !== undefined) return known;
    const tracer = this.#tracer(service, instance);
    const other: Pick<Tracing, "begin"> = {
      begin: (name, options) => begin(tracer, name, options),
    };
    if (this.#others.size < MAX_OTHERS) this.#others.set(id, other);
    return other;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const tooLate = setTimeout(() => this.#exporter.giveUp(), FAREWELL_MS);
    await this.#processor.shutdown().catch(() => undefined);
    clearTimeout(tooLate);
  }

  #tracer(service: string, instance: string): Tracer {
    const { sample } = this.#config;
    const root = sample === undefined ? undefined : new TraceIdRatioBasedSampler(sample);
    const provider = new BasicTracerProvider({
      resource: resourceFromAttributes({
        [ATTR_SERVICE_NAME]: service,
        [ATTR_SERVICE_INSTANCE_ID]: instance,
        [ATTR_SERVICE_VERSION]: this.#version,
      }),
      spanProcessors: [this.#processor],
      ...(root === undefined ? {} : { sampler: new ParentBasedSampler({ root }) }),
    });
    return provider.getTracer("hangar", this.#version);
  }
}

function begin(tracer: Tracer, name: string, options: RootOptions = {}): Span | undefined {
  const parent = remote(options.parent);
  const context = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
  const links = (options.links ?? []).flatMap((link) => {
    const linked = remote(link);
    return linked === undefined ? [] : [{ context: linked }];
  });
  return started(tracer, name, options, context, links);
}

function started(
  tracer: Tracer,
  name: string,
  { kind = "internal", startAt, attributes = {} }: SpanOptions,
  context: Context,
  links: { context: SpanContext }[] = [],
): Span | undefined {
  const span = tracer.startSpan(
    name,
    {
      ...{ kind: KINDS[kind], attributes: { ...attributes }, links },
      ...(startAt === undefined ? {} : { startTime: startAt }),
    },
    context,
  );
  return span.isRecording() ? new RecordedSpan(tracer, span) : undefined;
}

function remote(traceparent: string | undefined): SpanContext | undefined {
  const parsed = parseTraceparent(traceparent);
  if (parsed === undefined) return undefined;
  const { traceId, spanId, sampled } = parsed;
  const traceFlags = sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return { traceId, spanId, traceFlags, isRemote: true };
}

class RecordedSpan implements Span {
  readonly #tracer: Tracer;
  readonly #span: OtelSpan;

  constructor(tracer: Tracer, span: OtelSpan) {
    this.#tracer = tracer;
    this.#span = span;
  }

  get traceparent(): string {
    const { traceId, spanId } = this.#span.spanContext();
    return formatTraceparent({ traceId, spanId, sampled: true });
  }

  child(name: string, options: SpanOptions = {}): Span {
    const context = trace.setSpan(ROOT_CONTEXT, this.#span);
    // A sampler that asks the parent says yes; one that does not has its way, and the child is left out.
    return started(this.#tracer, name, options, context) ?? this;
  }

  set(attributes: Attributes): void {
    this.#span.setAttributes({ ...attributes });
  }

  fail(message: string): void {
    this.#span.setStatus({ code: SpanStatusCode.ERROR, message });
  }

  end(at?: number): void {
    if (this.#span.isRecording()) this.#span.end(at);
  }
}
