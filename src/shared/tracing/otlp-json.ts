import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";

type Attributes = ReadableSpan["attributes"];
type Resource = ReadableSpan["resource"];

/** An ExportTraceServiceRequest in OTLP's JSON: ids in hexadecimal, times and other 64-bit numbers as text. */
export function otlpJson(spans: readonly ReadableSpan[]) {
  const byResource = new Map<Resource, ReadableSpan[]>();
  for (const span of spans) {
    const group = byResource.get(span.resource);
    if (group === undefined) byResource.set(span.resource, [span]);
    else group.push(span);
  }
  return {
    resourceSpans: [...byResource].map(([resource, ofResource]) => ({
      resource: { attributes: attributesOf(resource.attributes as Attributes) },
      // All spans are of one scope: Hangar's own.
      scopeSpans: [{ scope: { name: "hangar" }, spans: ofResource.map(spanOf) }],
    })),
  };
}

function spanOf(span: ReadableSpan) {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const { code, message } = span.status;
  return {
    traceId,
    spanId,
    ...(span.parentSpanContext === undefined
      ? {}
      : { parentSpanId: span.parentSpanContext.spanId }),
    flags: traceFlags,
    name: span.name,
    // The wire counts from 1, as 0 is unspecified.
    kind: span.kind + 1,
    startTimeUnixNano: nanosecondsOf(span.startTime),
    endTimeUnixNano: nanosecondsOf(span.endTime),
    attributes: attributesOf(span.attributes),
    links: span.links.map(({ context }) => ({ traceId: context.traceId, spanId: context.spanId })),
    status: { code, ...(message === undefined ? {} : { message }) },
  };
}

function nanosecondsOf([seconds, nanoseconds]: ReadableSpan["startTime"]): string {
  return String(BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds));
}

function attributesOf(attributes: Attributes) {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValueOf(value) }));
}

function anyValueOf(value: Attributes[string]) {
  switch (typeof value) {
    case "boolean":
      return { boolValue: value };
    case "number":
      return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
    default:
      return { stringValue: String(value) };
  }
}
