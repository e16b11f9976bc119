import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { ConnectResponse } from "../../src/protocol/connect.ts";
import { type BackendEvent, EventList } from "../../src/protocol/event.ts";
import { validatorOf } from "../../src/protocol/validate.ts";
import { openStream } from "../harness/open-stream.ts";
import { waitFor } from "../harness/wait-for.ts";
import {
  aController,
  report,
  runSpawn,
  type TestController,
  type TestDrone,
} from "./a-controller.ts";

const ENDED = {
  status: "terminated",
  reason: "exited",
  exit_code: 3,
  message: "it exited",
} as const;

async function aLife(hangar: TestController, drone: TestDrone, name: string, namespace = "") {
  const body = { key: { name, namespace }, spawn: { image: "hangar/echo" } };
  const answer = await waitFor("a spawn", async () => {
    const { status, body: told } = await hangar.call("POST", "/v1/connect", body);
    return status === 200 ? (told as ConnectResponse) : undefined;
  });
  await runSpawn(drone);
  report(drone, answer.backend_id, ENDED);
  await hangar.call("GET", `/v1/backends/${answer.backend_id}/status?wait=ready`);
  await waitFor("its end", async () => {
    const { body: told } = await hangar.call("GET", `/v1/backends/${answer.backend_id}/status`);
    return (told as { status: string }).status === "terminated";
  });
  return answer.backend_id;
}

const list = async (hangar: TestController, query = "") => {
  const { status, body } = await hangar.call("GET", `/v1/events${query}`);
  expect([status, validatorOf(EventList).accepts(body)]).toEqual([200, true]);
  return body as EventList;
};

test("events are listed with what they say, and the cursor goes on where the page ended", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  const one = await aLife(hangar, drone, "doc");
  const two = await aLife(hangar, drone, "doc", "eu");
  const { events, next_cursor } = await list(hangar);
  const seen = events.map(({ backend_id, status }) => `${backend_id} ${status}`);
  expect(seen).toEqual(
    [one, two].flatMap((id) => ["scheduled", "ready", "terminated"].map((at) => `${id} ${at}`)),
  );
  expect(events[2]).toMatchObject({
    type: "backend.status",
    ...{ key: { name: "doc", namespace: "" }, drone: "dr-one", image: "hangar/echo" },
    ...{ termination_reason: "exited", exit_code: 3, message: "it exited" },
  });
  expect((await list(hangar, `?cursor=${next_cursor}`)).events).toEqual([]);
  const rest = await list(hangar, `?cursor=${events[3]?.cursor}&limit=1`);
  expect(rest).toEqual({ events: [events[4]], next_cursor: events[4]?.cursor });
  expect((await list(hangar, "?tail=2")).events).toEqual(events.slice(-2));
  const filtered = await list(hangar, "?namespace=eu&status=ready&status=terminated");
  expect(filtered.events).toEqual(events.slice(-2));
  expect((await list(hangar, `?backend_id=${one}&limit=2`)).events).toEqual(events.slice(0, 2));
  for (const query of ["?cursor=now", "?cursor=1&tail=1", "?limit=1001", "?status=gone"]) {
    expect((await hangar.call("GET", `/v1/events${query}`)).status).toBe(400);
  }
});

test("a stream starts now, names its events, and resumes after any of them without loss or repeat", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  const { url, keys } = hangar.controller;
  const path = `${url}/v1/events`;
  await aLife(hangar, drone, "before");
  const live = await openStream<BackendEvent>(path, keys.admin);
  const id = await aLife(hangar, drone, "doc");
  const seen = await live.next(3);
  expect(seen.map(({ backend_id, status }) => [backend_id, status])).toEqual([
    [id, "scheduled"],
    [id, "ready"],
    [id, "terminated"],
  ]);
  expect(live.events.map(({ id, event, data }) => [id === data.cursor, event])).toEqual(
    seen.map(() => [true, "backend.status"]),
  );
  const last = { "last-event-id": live.events[0]?.id ?? "" };
  const resumed = await openStream<BackendEvent>(`${path}?cursor=0`, keys.admin, last);
  expect(await resumed.next(2)).toEqual(seen.slice(1));
  const fromCursor = await openStream<BackendEvent>(
    `${path}?cursor=${seen[1]?.cursor}`,
    keys.admin,
  );
  expect(await fromCursor.next(1)).toEqual(seen.slice(2));
  const tail = await openStream<BackendEvent>(`${path}?tail=1&namespace=eu`, keys.admin);
  const later = await aLife(hangar, drone, "later", "eu");
  expect((await tail.next(3)).map(({ backend_id }) => backend_id)).toEqual([later, later, later]);
  expect((await live.next(6)).slice(3)).toEqual(tail.events.map(({ data }) => data));
  expect((await openStream(path, keys.admin, { "last-event-id": "ready" })).status).toBe(400);
});

test("a cursor that would leave out what is no longer kept is 410, for a list and for a stream", async () => {
  await using hangar = await aController({ keepEndedMs: 0 });
  await using drone = await hangar.drone();
  const { url, keys, dataDir } = { ...hangar.controller, dataDir: hangar.dataDir };
  await aLife(hangar, drone, "one");
  const [first] = (await list(hangar)).events;
  await hangar.controller[Symbol.asyncDispose]();
  await using again = await aController({ dataDir, keepEndedMs: 0 });
  const gone = await waitFor("the rows to go", async () => {
    const answer = await again.call("GET", `/v1/events?cursor=${first?.cursor}`);
    return answer.status === 410 ? answer : undefined;
  });
  expect(gone.body).toMatchObject({ error: { code: "cursor-gone" } });
  expect(url).not.toBe(again.controller.url);
  const stream = await openStream(`${again.controller.url}/v1/events`, keys.admin, {
    "last-event-id": first?.cursor ?? "",
  });
  expect(stream.status).toBe(410);
  const { events, next_cursor } = await list(again);
  expect(events).toEqual([]);
  expect((await list(again, `?cursor=${next_cursor}`)).events).toEqual([]);
});

test("a cursor of a database that was lost is 410: what comes up to there is not left out in silence", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  await aLife(hangar, drone, "one");
  const { url, keys } = hangar.controller;
  const { next_cursor } = await list(hangar);
  expect((await list(hangar, `?cursor=${next_cursor}`)).events).toEqual([]);
  const later = Number(next_cursor) + 100;
  const answer = await hangar.call("GET", `/v1/events?cursor=${later}`);
  expect(answer).toMatchObject({ status: 410, body: { error: { code: "cursor-gone" } } });
  const stream = await openStream(`${url}/v1/events`, keys.admin, { "last-event-id": `${later}` });
  expect(stream.status).toBe(410);
});

test("a stream that was cut before its first event resumes without loss: its place is said first, and is no event", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  const { url, keys } = hangar.controller;
  const headers = { accept: "text/event-stream", authorization: `Bearer ${keys.admin}` };
  const cut = new AbortController();
  const { body } = await fetch(`${url}/v1/events`, { headers, signal: cut.signal });
  const first = await body?.pipeThrough(new TextDecoderStream()).getReader().read();
  const [, place] = /^id: ([0-9-]+)\n\n$/.exec(first?.value ?? "") ?? [];
  cut.abort();
  expect(place).toBeDefined();
  const id = await aLife(hangar, drone, "meanwhile");
  const last = { "last-event-id": place ?? "" };
  const resumed = await openStream<BackendEvent>(`${url}/v1/events`, keys.admin, last);
  const [{ backend_id, status } = {}] = await resumed.next(1);
  expect([backend_id, status]).toEqual([id, "scheduled"]);
});

test("the head of a stream is all that HEAD answers, and the connection serves the next request", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  const id = await aLife(hangar, drone, "doc");
  const { url, keys } = hangar.controller;
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  let said = "";
  socket.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  const common = `host: x\r\nauthorization: Bearer ${keys.admin}\r\naccept: text/event-stream\r\n\r\n`;
  const paths = ["/v1/events", `/v1/backends/${id}/status/stream`];
  for (const path of paths) socket.write(`HEAD ${path} HTTP/1.1\r\n${common}`);
  socket.write(`GET /health HTTP/1.1\r\n${common}`);
  await waitFor("the last answer", () => said.includes("application/json"));
  expect(said.match(/HTTP\/1.1 \d+/g)).toEqual([200, 200, 200].map((each) => `HTTP/1.1 ${each}`));
  expect(said.match(/text\/event-stream/g)).toHaveLength(2);
});
