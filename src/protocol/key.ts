import { type Static, Type } from "typebox";

/** What a backend is for. At most one live backend holds a (namespace, name). */
export const Key = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 256, description: "1 to 256 characters." }),
    namespace: Type.String({ maxLength: 128, default: "", description: "Default: empty." }),
    tag: Type.String({
      maxLength: 128,
      default: "",
      description: "A live backend with another tag is refused with 409. Default: empty.",
    }),
  },
  { additionalProperties: false },
);
export type Key = Static<typeof Key>;
