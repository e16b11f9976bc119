import { afterEach, beforeEach, expect, test } from "vitest";
import { startWhiteboard, type Whiteboard } from "../../examples/whiteboard/whiteboard.ts";
import { waitFor } from "../harness/wait-for.ts";
import { visit } from "./whiteboard-visitor.ts";

const LINE = [0, 0, 10, 10];
let whiteboard: Whiteboard;

beforeEach(async () => {
  whiteboard = await startWhiteboard({
    port: 0,
    host: "127.0.0.1",
    backendId: "b1",
    key: "room",
    publicDir: "examples/whiteboard/public",
    scriptDir: "examples/whiteboard",
  });
});
afterEach(() => whiteboard[Symbol.asyncDispose]());

test("a newcomer is told the session, who is here, and all that is drawn or being drawn", async () => {
  using ada = await visit(whiteboard.port, { name: "Ada" });
  ada.send({ type: "begin", ink: 1, width: 6, points: LINE });
  ada.send({ type: "end" });
  ada.send({ type: "begin", ink: 2, width: 3, points: LINE });
  ada.send({ type: "extend", points: [20, 20] });
  await waitForChanges(ada, 4);

  using ben = await visit(whiteboard.port, { name: "Ben" });
  expect(ben.welcome).toEqual({
    type: "welcome",
    you: 2,
    session: { backendId: "b1", key: "room", ageMs: expect.any(Number) },
    visitors: [
      { id: 1, name: "Ada", colour: 0, verified: false },
      { id: 2, name: "Ben", colour: 1, verified: false },
    ],
    finished: [{ id: "1:1", ink: 1, width: 6, points: LINE }],
    live: [{ id: "1:2", ink: 2, width: 3, points: [...LINE, 20, 20] }],
  });
});

test("everyone gets the same changes in the same order, also who made them", async () => {
  using ada = await visit(whiteboard.port);
  using ben = await visit(whiteboard.port);
  for (const visitor of [ada, ben, ada]) {
    visitor.send({ type: "begin", ink: 0, width: 6, points: LINE });
    visitor.send({ type: "end" });
  }
  const [seenByAda, seenByBen] = await Promise.all([
    waitForChanges(ada, 6),
    waitForChanges(ben, 6),
  ]);
  expect(seenByAda).toEqual(seenByBen);
});

test("the stroke of a visitor who leaves is finished, and the others are told", async () => {
  using ada = await visit(whiteboard.port);
  using ben = await visit(whiteboard.port);
  ben.send({ type: "begin", ink: 0, width: 6, points: LINE });
  ben.socket.close();
  expect(await waitForChanges(ada, 2)).toMatchObject([{ type: "begin" }, { type: "end" }]);
  expect(await ada.next("left")).toEqual({ type: "left", id: 2 });
});

test("undo takes away the last stroke of whoever asks, and of nobody else", async () => {
  using ada = await visit(whiteboard.port);
  using ben = await visit(whiteboard.port);
  ada.send({ type: "begin", ink: 0, width: 6, points: LINE });
  ada.send({ type: "end" });
  await waitForChanges(ben, 2);
  ben.send({ type: "undo" });
  ada.send({ type: "undo" });
  expect(await waitForChanges(ben, 1)).toEqual([{ type: "remove", ids: ["1:1"] }]);
});

test("cursors reach the others, once for many moves", async () => {
  using ada = await visit(whiteboard.port);
  using ben = await visit(whiteboard.port);
  for (let x = 1; x <= 50; x++) ben.send({ type: "cursor", at: [x, 0] });
  const seen = await waitFor("the last place", async () => {
    const { cursors } = await ada.next("cursors");
    return cursors[0]?.[1]?.[0] === 50 && cursors;
  });
  expect(seen).toEqual([[2, [50, 0]]]);
});

test("the verified name wins over a wished one and cannot be changed", async () => {
  using ada = await visit(whiteboard.port, { name: "Root", username: "Ada %E2%9C%93 100%25" });
  expect(ada.welcome.visitors).toEqual([{ id: 1, name: "Ada ✓ 100%", colour: 0, verified: true }]);
  using ben = await visit(whiteboard.port, { name: "Ben" });
  ada.send({ type: "rename", name: "Root" });
  ben.send({ type: "rename", name: "Benedict" });
  const { visitor } = await ben.next("visitor");
  expect(visitor).toEqual({ id: 2, name: "Benedict", colour: 1, verified: false });
});

test("a page and its parts are served, by relative and by absolute link, and nothing else", async () => {
  const get = (path: string, init?: RequestInit) =>
    fetch(`http://127.0.0.1:${whiteboard.port}${path}`, init);
  const page = await get("/?a=b");
  expect([page.status, page.headers.get("content-type")]).toEqual([
    200,
    "text/html; charset=utf-8",
  ]);
  const links = [...(await page.text()).matchAll(/ href="([^"]+)"/g)].map(([, href = ""]) => href);
  expect(links).toContain("/icon.svg");
  for (const link of links) expect((await get(link.replace(/^\/?/, "/"))).status).toBe(200);
  const etag = (await get("/style.css")).headers.get("etag") ?? "";
  expect((await get("/style.css", { headers: { "if-none-match": etag } })).status).toBe(304);
  expect((await get("/server.ts")).status).toBe(404);
  expect((await get("/..%2fpackage.json")).status).toBe(404);
  expect((await get("/", { method: "POST" })).status).toBe(405);
});

async function waitForChanges(visitor: Awaited<ReturnType<typeof visit>>, count: number) {
  const changes = [];
  while (changes.length < count) changes.push((await visitor.next("change")).change);
  return changes;
}
