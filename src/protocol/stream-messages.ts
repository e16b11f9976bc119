import { type Static, Type } from "typebox";
import { BackendId } from "./ids.ts";
import { literals } from "./literals.ts";
import { LogLine } from "./log-line.ts";
import { BackendMetrics } from "./metrics.ts";

/** Chosen by the controller that asks; no two streams ever have one. */
const StreamId = Type.String({ minLength: 8, maxLength: 64 });
const Frames = Type.Integer({ minimum: 0 });

/** Where in a backend's output a line stands; what is in it is the runtime's own affair. */
export const LOG_PLACE_PATTERN = "^[0-9]{1,24}(\\.[0-9]{1,9})?$";
const LogPlace = Type.String({ pattern: LOG_PLACE_PATTERN });

export const LogsRequest = Type.Object({
  kind: Type.Literal("logs"),
  backend_id: BackendId,
  follow: Type.Boolean({ description: "Go on until the backend has ended." }),
  stdout: Type.Boolean(),
  stderr: Type.Boolean(),
  tail: Type.Optional(Type.Integer({ minimum: 0, description: "Begin with the last so many." })),
  after: Type.Optional(
    Type.Unsafe<string>({ ...LogPlace, description: "Go on after this line; beats the rest." }),
  ),
  since: Type.Optional(
    Type.Union([
      Type.Object({ at: Type.Number({ description: "Epoch ms, by the drone's clock." }) }),
      Type.Object({ age_ms: Type.Number({ minimum: 0 }) }),
    ]),
  ),
});
export type LogsRequest = Static<typeof LogsRequest>;

export const MetricsRequest = Type.Object({
  kind: Type.Literal("metrics"),
  backend_ids: Type.Array(BackendId, { maxItems: 1_000 }),
  interval_ms: Type.Optional(
    Type.Integer({
      minimum: 500,
      description: "Go on until all have ended. Without it: one sample of each, and the end.",
    }),
  ),
});
export type MetricsRequest = Static<typeof MetricsRequest>;

/** What a stream is of. */
export const StreamWhat = Type.Union([LogsRequest, MetricsRequest]);
export type StreamWhat = Static<typeof StreamWhat>;

export const LogItem = Type.Object({ ...LogLine.properties, place: LogPlace });
export type LogItem = Static<typeof LogItem>;

const {
  cpu_limit: _,
  memory_limit_bytes: __,
  open_connections: ___,
  ...used
} = BackendMetrics.properties;
/** What a backend uses; what it may use, and who uses it, the controller knows. */
export const UsageItem = Type.Object(used);
export type UsageItem = Static<typeof UsageItem>;

export const StreamItem = Type.Union([LogItem, UsageItem]);
export type StreamItem = Static<typeof StreamItem>;

export const StreamProblem = Type.Object({
  code: literals([
    /** The runtime has no such instance. */
    "not-there",
    /** The drone, or its runtime, cannot be asked. */
    "unavailable",
    /** The runtime does not tell it, and will not when it is asked again. */
    "refused",
    /** The drone tells as many streams as it can. */
    "too-many",
    /** Something of it did not arrive. */
    "lost",
  ]),
  message: Type.String({ maxLength: 2_000 }),
});
export type StreamProblem = Static<typeof StreamProblem>;

/** `credit` is how many frames the drone may have sent in all, counted from the stream's begin. */
export const StreamOpen = Type.Object({
  type: Type.Literal("stream-open"),
  stream_id: StreamId,
  what: StreamWhat,
  credit: Frames,
});
export type StreamOpen = Static<typeof StreamOpen>;

export const StreamCredit = Type.Object({
  type: Type.Literal("stream-credit"),
  stream_id: StreamId,
  credit: Frames,
});

export const StreamClose = Type.Object({ type: Type.Literal("stream-close"), stream_id: StreamId });

/** How many frames of all its streams have arrived on this connection. */
export const StreamAck = Type.Object({ type: Type.Literal("stream-ack"), frames: Frames });

export const StreamData = Type.Object({
  type: Type.Literal("stream-data"),
  stream_id: StreamId,
  seq: Type.Integer({ minimum: 1, description: "Of the frames of this stream." }),
  items: Type.Array(StreamItem),
});
export type StreamData = Static<typeof StreamData>;

export const StreamEnd = Type.Object({
  type: Type.Literal("stream-end"),
  stream_id: StreamId,
  frames: Type.Integer({ minimum: 0, description: "How many were sent." }),
  problem: Type.Optional(StreamProblem),
});
export type StreamEnd = Static<typeof StreamEnd>;

/** What the controller that asks says of a stream, and what it hears. */
export type StreamDown = StreamOpen | Static<typeof StreamCredit> | Static<typeof StreamClose>;
export type StreamUp = StreamData | StreamEnd;
