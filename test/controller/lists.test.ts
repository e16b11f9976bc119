import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../harness/wait-for.ts";
import { aController, type TestController } from "./a-controller.ts";

let hangar: TestController;
beforeAll(async () => {
  hangar = await aController();
  for (const name of ["c", "a", "b"]) {
    await hangar.call("POST", "/v1/services", { name });
    await hangar.drone(`dr-${name}`);
    const proxy = await hangar.proxy(`px-${name}`);
    proxy.say({ type: "activity", complete: true, backends: [] });
  }
  await waitFor(
    "three proxies",
    async () => (await pageOf("/v1/proxies", "")).proxies?.length === 3,
  );
});
afterAll(() => hangar[Symbol.asyncDispose]());

type Page = Record<string, unknown[]> & { next_cursor: string | null };

async function pageOf(path: string, query: string): Promise<Page> {
  const { status, body } = await hangar.call("GET", `${path}?${query}`);
  expect({ path, query, status }).toEqual({ path, query, status: 200 });
  return body;
}

test.each([
  ["/v1/drones", "drones", 3],
  ["/v1/proxies", "proxies", 3],
  ["/v1/services", "services", 3],
  ["/v1/api-keys", "api_keys", 3],
  ["/v1/controllers", "controllers", 1],
])("%s is told page by page, and whole", async (path, items, count) => {
  const idOf = (item: unknown) => {
    const { id, name } = item as { id?: string; name?: string };
    return id ?? name;
  };
  const whole = await pageOf(path, "");
  expect(whole[items]).toHaveLength(count);
  expect(whole.next_cursor).toBeNull();
  const told: unknown[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: Page = await pageOf(path, `limit=1${cursor && `&cursor=${cursor}`}`);
    expect(page[items]).toHaveLength(1);
    told.push(...(page[items] ?? []));
    cursor = page.next_cursor && encodeURIComponent(page.next_cursor);
  }
  expect(told.map(idOf)).toEqual(whole[items]?.map(idOf));
});

test.each([
  ["/v1/drones?bogus=1", "bogus"],
  ["/v1/proxies?limit=0", "limit"],
  ["/v1/drones?limit=1.5", "limit"],
  ["/v1/backends?limit=0x10", "limit"],
  ["/v1/backends?limit=1e2", "limit"],
  ["/v1/backends?cursor=99999999999999999999999999.aaaaaaaaaaaaaa", "cursor"],
  ["/v1/audit?since=99999999999999999999", "since"],
  ["/v1/audit?since=1e300", "since"],
])("%s is refused for its %s", async (path, field) => {
  expect(await hangar.call("GET", path)).toMatchObject({
    status: 400,
    body: { error: { code: "invalid-request", details: { field } } },
  });
});
