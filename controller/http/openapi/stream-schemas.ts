import { type TSchema, Type } from "typebox";

declare module "fastify" {
  interface FastifySchema {
    /**
     * What a stream of each media type is made of, for the document alone: nothing that goes on is
     * serialized as a whole. A list stands for its items one after another, as OpenAPI 3.2 reads it too.
     */
    streams?: Readonly<Record<string, TSchema>>;
  }
}

export const EVENT_STREAM = "text/event-stream";

/** Data of an event whose name says it all. */
export const NOTHING = Type.Object({}, { additionalProperties: false });

export interface EventForm {
  /** Its name. Default: none. */
  event?: string;
  /** What Last-Event-ID names later. Default: it has no id. */
  id?: TSchema;
  data: TSchema;
}

/** Server-sent events, each in one of these forms. */
export function eventsOf(...forms: readonly EventForm[]): Record<typeof EVENT_STREAM, TSchema> {
  const [first = Type.Never(), ...more] = forms.map(eventOf);
  const each = more.length === 0 ? first : Type.Union([first, ...more]);
  return { [EVENT_STREAM]: Type.Array(each) };
}

function eventOf({ event, id, data }: EventForm): TSchema {
  return Type.Object(
    {
      ...(id === undefined ? {} : { id }),
      ...(event === undefined ? {} : { event: Type.Literal(event) }),
      data: Type.String({ contentMediaType: "application/json", contentSchema: data }),
    },
    { additionalProperties: false },
  );
}
