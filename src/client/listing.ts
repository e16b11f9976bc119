import { collect } from "./collect.ts";

/** A list that comes in pages: `for await` reads all of it, asking for more only when it has to. */
export interface Listing<Item, Page> extends AsyncIterable<Item> {
  /** One page, as the API gives it. Its `next_cursor` asks for the one after it; null: there is none. */
  page(cursor?: string): Promise<Page>;
}

export function listing<Item, Page extends { next_cursor: string | null }>(
  page: (cursor?: string) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[],
): Listing<Item, Page> {
  return {
    page,
    async *[Symbol.asyncIterator]() {
      let cursor: string | undefined;
      do {
        const current = await page(cursor);
        yield* itemsOf(current);
        cursor = current.next_cursor ?? undefined;
      } while (cursor !== undefined);
    },
  };
}

/** All pages of a list that is short enough to be had at once. */
export function everyPage<Item, Page extends { next_cursor: string | null }>(
  page: (cursor?: string) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[],
): Promise<Item[]> {
  return collect(listing(page, itemsOf));
}
