import { type Static, Type } from "typebox";
import { ApiError } from "../../../src/protocol/errors.ts";
import { LogLine } from "../../../src/protocol/log-line.ts";
import { LOG_PLACE_PATTERN } from "../../../src/protocol/stream-messages.ts";
import { type LogsQuery, openLogs } from "../../backend-streams/backend-logs.ts";
import { toApiError } from "../../backend-streams/backend-stream.ts";
import { accepts, acceptsEventStream } from "../accepts.ts";
import { errors } from "../api-errors.ts";
import { callerOf } from "../caller-of.ts";
import type { Api, HttpApiDeps } from "../http-api.ts";
import { logEvents, logHeaders, logText } from "../log-answers.ts";
import { eventsOf, NOTHING } from "../openapi/stream-schemas.ts";
import { BackendParams } from "../params.ts";
import { mustReach } from "../reach.ts";
import { streamEvents } from "../stream-events.ts";
import { streamText } from "../stream-text.ts";

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

const LogQuery = Type.Partial(
  Type.Object({
    follow: Type.Boolean({ description: "Go on until it has ended. Default: false." }),
    tail: Type.Integer({
      minimum: 0,
      maximum: 1_000_000_000,
      description: "The last so many lines. Default: all.",
    }),
    since: Type.String({
      pattern: "^[0-9]{1,15}[smhd]?$",
      description:
        "Epoch ms by the drone's clock, or how long ago: `90s`, `5m`, `2h`, `1d`. With the process runtime a line's time is when its drone first saw it.",
    }),
    stdout: Type.Boolean({ description: "Default: true, unless only stderr is asked for." }),
    stderr: Type.Boolean({ description: "Default: true, unless only stdout is asked for." }),
  }),
  { additionalProperties: false },
);

export function logRoutes(api: Api, deps: HttpApiDeps): void {
  api.get(
    "/v1/backends/:id/logs",
    {
      config: { scope: "read", namespaced: true, stream: true },
      schema: {
        summary: "What a backend has printed",
        description: [
          "Plain text; with `Accept: application/json` one object a line; with `Accept: text/event-stream` server-sent",
          "events, whose `id:` resumes after a line by Last-Event-ID, and the last of which is named `end`. A line of more",
          "than 16 KiB comes as several. To follow a backend that has not started waits for it. Of one that has ended,",
          "the log is there as long as its container; then only the last lines of a failure are, and the header",
          "`hangar-log-source` says `last-lines`, as does the name of the first event.",
        ].join(" "),
        params: BackendParams,
        querystring: LogQuery,
        streams: {
          "text/plain": Type.String(),
          "application/x-ndjson": Type.Array(LogLine),
          ...eventsOf(
            { id: Type.Optional(Type.String({ pattern: LOG_PLACE_PATTERN })), data: LogLine },
            { event: "last-lines", data: NOTHING },
            { event: "end", data: NOTHING },
          ),
        },
        response: errors(
          "invalid-request",
          "not-found",
          "backend-ended",
          "unavailable",
          "too-many-streams",
        ),
      },
    },
    async (request, reply) => {
      const { params, query, headers } = request;
      const backend = await mustReach(deps.store, request, params.id);
      const { gone } = callerOf(reply.raw);
      const wanted = toLogsQuery(query, headers["last-event-id"]);
      const logs = await openLogs(deps, backend, wanted, gone).catch((error) => {
        throw toApiError(error);
      });
      reply.headers(logHeaders(logs));
      const { accept } = headers;
      if (acceptsEventStream(accept)) {
        return await streamEvents(reply, logEvents(logs), deps.clock, gone);
      }
      const isJson = accepts(accept, "application/json") || accepts(accept, "application/x-ndjson");
      const text = logText(logs, isJson ? "json-lines" : "text");
      const type = isJson ? "application/x-ndjson" : "text/plain; charset=utf-8";
      return await streamText(reply, text, type, gone);
    },
  );
}

function toLogsQuery(
  { follow = false, tail, since, stdout, stderr }: Static<typeof LogQuery>,
  lastEventId: string | string[] | undefined,
): LogsQuery {
  const after = [lastEventId ?? []].flat().at(-1) || undefined;
  if (after !== undefined && !new RegExp(LOG_PLACE_PATTERN).test(after)) {
    throw new ApiError("invalid-request", "last-event-id: is not the id of a line");
  }
  return {
    follow,
    stdout: stdout ?? stderr !== true,
    stderr: stderr ?? stdout !== true,
    ...(tail !== undefined && { tail }),
    ...(since !== undefined && { since: toSince(since) }),
    ...(after !== undefined && { after }),
  };
}

function toSince(text: string): NonNullable<LogsQuery["since"]> {
  const [, number = "", unit] = /^([0-9]+)([smhd])?$/.exec(text) ?? [];
  if (unit === undefined) return { at: Number(number) };
  return { age_ms: Number(number) * SECONDS[unit as keyof typeof SECONDS] * 1_000 };
}
