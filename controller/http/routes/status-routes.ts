import { Type } from "typebox";
import { PublicStatus } from "../../../src/protocol/backend.ts";
import { Status } from "../../../src/protocol/backend-state.ts";
import { CONNECT_WAIT_SECONDS } from "../../../src/protocol/timings.ts";
import { within } from "../../../src/shared/within.ts";
import { isSettled, waitForBackend } from "../../watch-backend.ts";
import { errors } from "../api-errors.ts";
import { callerOf } from "../caller-of.ts";
import type { Api, HttpApiDeps } from "../http-api.ts";
import { eventsOf } from "../openapi/stream-schemas.ts";
import { BackendParams } from "../params.ts";
import { presentStatus } from "../present.ts";
import { mustGet } from "../reach.ts";
import { statusEvents } from "../status-events.ts";
import { streamEvents } from "../stream-events.ts";

const StatusQuery = Type.Object(
  {
    wait: Type.Optional(
      Type.Literal("ready", { description: "Answer once it is ready or has ended." }),
    ),
    wait_seconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 3_600,
        description: `How long to wait. Default: ${CONNECT_WAIT_SECONDS}.`,
      }),
    ),
  },
  { additionalProperties: false },
);

/** For anybody, browsers on any page included: a backend's id is no secret, and nothing here is. */
export function statusRoutes(api: Api, deps: HttpApiDeps): void {
  api.addHook("onRequest", async (_request, reply) => {
    reply.header("access-control-allow-origin", "*");
  });
  const config = { scope: "public" } as const;
  // A page that resumes a stream with fetch sends a header that browsers ask about first.
  for (const path of ["/v1/backends/:id/status", "/v1/backends/:id/status/stream"]) {
    api.options(path, { config, schema: { hide: true } }, async (_request, reply) => {
      reply.header("access-control-allow-headers", "last-event-id");
      await reply.code(204).send();
    });
  }
  api.get(
    "/v1/backends/:id/status",
    {
      config,
      schema: {
        summary: "The status, for anybody",
        params: BackendParams,
        querystring: StatusQuery,
        response: { 200: PublicStatus, ...errors("invalid-request", "not-found") },
      },
    },
    async ({ params: { id }, query }, reply) => {
      const backend = await mustGet(deps.store, id);
      if (query.wait === undefined) return presentStatus(backend);
      const waitMs = (query.wait_seconds ?? CONNECT_WAIT_SECONDS) * 1_000;
      const settled = await within(deps.clock, waitMs, callerOf(reply.raw).gone, (deadline) =>
        waitForBackend(deps, id, isSettled, deadline),
      );
      return presentStatus(settled ?? backend);
    },
  );
  api.get(
    "/v1/backends/:id/status/stream",
    {
      config: { ...config, stream: true },
      schema: {
        summary: "Every status so far, then each as it comes; ends after terminated",
        description:
          "Server-sent events. `id:` is the status, so Last-Event-ID resumes; events named `progress` have none.",
        params: BackendParams,
        streams: eventsOf(
          { id: Status, data: PublicStatus },
          { event: "progress", data: PublicStatus },
        ),
        response: {
          204: Type.Null({ description: "The last event was seen: there is no more." }),
          ...errors("invalid-request", "not-found", "too-many-streams"),
        },
      },
    },
    async ({ params: { id }, headers }, reply) => {
      await mustGet(deps.store, id);
      const last = headers["last-event-id"];
      // An EventSource asks again for ever, unless it is told that there is no more.
      if (last === "terminated") return await reply.code(204).send(null);
      const signal = callerOf(reply.raw).gone;
      const events = statusEvents(deps, id, typeof last === "string" ? last : undefined, signal);
      return streamEvents(reply, events, deps.clock, signal);
    },
  );
}
