import { type Static, Type } from "typebox";
import { ApiError } from "../../../src/protocol/errors.ts";
import { BackendEvent, EventList } from "../../../src/protocol/event.ts";
import { BackendId } from "../../../src/protocol/ids.ts";
import { EVENT_CURSOR_PATTERN, eventCursor, parseEventCursor } from "../../events/event-cursor.ts";
import type { FollowRequest } from "../../events/event-feed.ts";
import type { EventFilter } from "../../store/event-store.ts";
import { acceptsEventStream } from "../accepts.ts";
import { errors } from "../api-errors.ts";
import { callerOf } from "../caller-of.ts";
import { cursorEvents } from "../cursor-events.ts";
import type { Api, HttpApiDeps } from "../http-api.ts";
import { LabelQuery, StatusQuery, toLabels } from "../list-query.ts";
import { eventsOf } from "../openapi/stream-schemas.ts";
import { presentEvent } from "../present-event.ts";
import { namespaceFor } from "../reach.ts";
import { streamEvents } from "../stream-events.ts";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

const EventQuery = Type.Partial(
  Type.Object({
    namespace: Type.String({ description: "The keys' namespace." }),
    key: Type.String({ description: "The key's name." }),
    backend_id: Type.Unsafe<BackendId>({ ...BackendId, description: "Of one backend." }),
    status: StatusQuery("Into one of these statuses. Default: any."),
    drone: Type.String({ description: "That the backend is on now." }),
    label: LabelQuery,
    cursor: Type.String({
      pattern: EVENT_CURSOR_PATTERN,
      description: "Of an event or a page: go on after it.",
    }),
    tail: Type.Integer({
      minimum: 0,
      maximum: MAX_LIMIT,
      description: "The newest so many, in place of a cursor.",
    }),
    limit: Type.Integer({
      minimum: 1,
      maximum: MAX_LIMIT,
      description: `Default: ${DEFAULT_LIMIT}. Streams have no limit.`,
    }),
  }),
  { additionalProperties: false },
);

export function eventRoutes(api: Api, { events, clock }: HttpApiDeps): void {
  api.get(
    "/v1/events",
    {
      config: { scope: "read", namespaced: true, stream: true },
      schema: {
        summary: "All state changes of all backends, oldest first",
        description: [
          "With a cursor, those after it; without, from the oldest that are kept. Events go with the rows of their",
          "backends, some time after these have ended: where a cursor would leave out what is no longer kept, the",
          "answer is `cursor-gone`. With `Accept: text/event-stream`, server-sent events: what comes after the cursor or",
          "Last-Event-ID, without either what comes from now on; `id:` is the cursor, `event:` the type. An `id:` without data says",
          "where the stream begins, and now and then where it is.",
        ].join(" "),
        querystring: EventQuery,
        streams: eventsOf({
          ...{ event: BackendEvent.properties.type.const, id: BackendEvent.properties.cursor },
          data: BackendEvent,
        }),
        response: {
          200: EventList,
          ...errors("invalid-request", "cursor-gone", "too-many-streams"),
        },
      },
    },
    async (request, reply) => {
      const { query, headers } = request;
      const namespace = namespaceFor(request, query.namespace);
      const filter = { ...toFilter(query), ...(namespace === undefined ? {} : { namespace }) };
      if (query.cursor !== undefined && query.tail !== undefined) {
        throw new ApiError("invalid-request", "tail: is said in place of a cursor, not beside it");
      }
      if (acceptsEventStream(headers.accept)) {
        const from = whereToFollow(query, headers["last-event-id"]);
        // Said as an answer, while there is still one to give.
        if ("after" in from) await events.page(filter, from.after, 1);
        const { gone } = callerOf(reply.raw);
        const told = events.follow({ filter, from }, gone);
        const { events: toSend, heartbeat } = cursorEvents(told);
        return streamEvents(reply, toSend, clock, gone, heartbeat);
      }
      const { tail, cursor, limit = DEFAULT_LIMIT } = query;
      const page =
        tail === undefined
          ? await events.page(filter, placeOf(cursor), limit)
          : await events.newest(filter, tail);
      return {
        events: page.events.map((event) => presentEvent({ event, forgotten: page.forgotten })),
        next_cursor: eventCursor(page.reached, page.forgotten),
      };
    },
  );
}

type Query = Static<typeof EventQuery>;

function toFilter({ status, key, label, backend_id, drone }: Query): EventFilter {
  return {
    ...(drone === undefined ? {} : { drone }),
    ...(key === undefined ? {} : { keyName: key }),
    ...(backend_id === undefined ? {} : { id: backend_id }),
    ...(status === undefined ? {} : { statuses: [status].flat() }),
    labels: toLabels(label),
  };
}

/** What a browser has seen last counts for more than the address that it came with. */
function whereToFollow(
  { cursor, tail }: Query,
  lastEventId: string | string[] | undefined,
): FollowRequest["from"] {
  const last = [lastEventId ?? []].flat().at(-1) || cursor;
  if (last === undefined) return { newest: tail ?? 0 };
  if (!new RegExp(EVENT_CURSOR_PATTERN).test(last)) {
    throw new ApiError("invalid-request", "last-event-id: is not the id of an event");
  }
  return { after: parseEventCursor(last) };
}

/** From the oldest that is kept, nothing that is gone is missed. */
function placeOf(cursor: string | undefined) {
  return cursor === undefined
    ? { seq: 0, known: Number.POSITIVE_INFINITY }
    : parseEventCursor(cursor);
}
