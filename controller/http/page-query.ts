import { type Static, Type } from "typebox";

const MAX_PAGE = 1_000;

/** The parameters of a list that is short enough to be read whole, and is told in pages all the same. */
export const PageQuery = Type.Object(
  {
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_PAGE,
        description: `How many at most. Default: ${MAX_PAGE}.`,
      }),
    ),
    cursor: Type.Optional(
      Type.String({ pattern: "^[!-~]{1,400}$", description: "A page's next_cursor." }),
    ),
  },
  { additionalProperties: false },
);
type PageQuery = Static<typeof PageQuery>;

interface Page<Item> {
  items: Item[];
  next: string | null;
}

/**
 * In the order of the items' places, which no two share. A place says where it is even once its item is
 * gone, so pages neither repeat nor skip what stays.
 */
export function pageOf<Item>(
  all: readonly Item[],
  placeOf: (item: Item) => string,
  { limit = MAX_PAGE, cursor }: PageQuery,
): Page<Item> {
  const placed = all
    .map((item) => ({ place: encodeURIComponent(placeOf(item)), item }))
    .filter(({ place }) => cursor === undefined || place > cursor)
    .sort((a, b) => (a.place < b.place ? -1 : 1));
  const page = placed.slice(0, limit);
  const next = placed.length > limit ? (page.at(-1)?.place ?? null) : null;
  return { items: page.map(({ item }) => item), next };
}
