import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { SessionBackend } from "../../src/browser/session-backend.ts";
import type { BrowserSession } from "../../src/client/browser-session.ts";
import type { PublicStatus } from "../../src/protocol/backend.ts";
import type { Status } from "../../src/protocol/backend-state.ts";
import { answer, events, eventText, refuse, scriptedApi } from "../client/scripted-api.ts";
import { waitFor } from "../harness/wait-for.ts";

const STREAM = "GET /status/stream";
const state = (status: string) => ({ id: status, data: { status, time: 1 } });

function sessionAt(origin: string, status?: Status): BrowserSession {
  return { backend_id: "b1", url: `${origin}/hct_1/`, status_url: `${origin}/status`, status };
}

function open(session: BrowserSession, options = {}): SessionBackend {
  const backend = new SessionBackend(session, options);
  onTestFinished(() => backend.destroy());
  return backend;
}

function heardBy(backend: SessionBackend): string[] {
  const heard: string[] = [];
  backend.onStatus(({ status }) => heard.push(status));
  return heard;
}

test("a page hears each status, ready and the end, once", async () => {
  await using api = await scriptedApi({
    [STREAM]: events(["loading", "ready", "terminating", "terminated"].map(state), "stay"),
  });
  const backend = open(sessionAt(api.url, "scheduled"));
  const heard = heardBy(backend);
  let ready = 0;
  backend.onReady(() => {
    ready += 1;
  });
  await backend.onReadyPromise;
  expect(await backend.onTerminatedPromise).toEqual({ status: "terminated", time: 1 });
  expect(heard).toEqual(["loading", "ready", "terminating", "terminated"]);
  expect(ready).toBe(1);
  expect([backend.isReady(), backend.isEnding(), backend.isTerminated()]).toEqual([
    false,
    true,
    true,
  ]);
  expect(backend.latestStatus?.status).toBe("terminated");
});

test("who asks later is told at once, and who has unsubscribed is not told", async () => {
  await using api = await scriptedApi({
    [STREAM]: events(["ready", "terminated"].map(state), "stay"),
  });
  const backend = open(sessionAt(api.url, "ready"));
  const told: string[] = [];
  backend.onReady(() => told.push("ready"));
  expect(told).toEqual(["ready"]);
  backend.onTerminated(() => told.push("never"))();
  await backend.onTerminatedPromise;
  backend.onTerminated(({ status }) => told.push(status));
  expect(told).toEqual(["ready", "terminated"]);
});

test("a backend that was found ready does not go back to what it was before", async () => {
  await using api = await scriptedApi({
    [STREAM]: events(["scheduled", "waiting", "ready", "terminated"].map(state), "stay"),
  });
  const backend = open(sessionAt(api.url, "ready"));
  const heard = heardBy(backend);
  await backend.onTerminatedPromise;
  expect(heard).toEqual(["ready", "terminated"]);
});

test("wherever the network cuts the stream, every status arrives", async () => {
  const told = ["scheduled", "loading", "starting", "waiting", "ready", "terminated"];
  const bytes = Buffer.from(`:\n\n${told.map((status) => eventText(state(status))).join("")}`);
  const cuts = fc.uniqueArray(fc.integer({ min: 0, max: bytes.length }));
  await fc.assert(
    fc.asyncProperty(cuts, async (places) => {
      const borders = [0, ...places.sort((a, b) => a - b), bytes.length];
      const pieces = borders.slice(1).map((end, index) => bytes.subarray(borders[index], end));
      const fetch = async () =>
        new Response(new Blob(pieces).stream().pipeThrough(new TransformStream()), {
          headers: { "content-type": "text/event-stream" },
        });
      const backend = new SessionBackend(sessionAt("http://h"), { fetch });
      const heard = heardBy(backend);
      await backend.onTerminatedPromise;
      expect(heard).toEqual(told);
    }),
  );
});

test("a stream that is lost again and again, or is a gateway's page, is followed to the end", async () => {
  const lost = events([], "break");
  const page = (response: { writeHead(status: number): { end(text: string): void } }) =>
    response.writeHead(502).end("<html>");
  await using api = await scriptedApi({
    [STREAM]: [
      ...[page, lost, lost, page, lost],
      events([state("ready")], "break"),
      events([state("terminated")], "end"),
    ],
  });
  const backend = open(sessionAt(api.url));
  const heard = heardBy(backend);
  await backend.onTerminatedPromise;
  expect(heard).toEqual(["ready", "terminated"]);
  expect(backend.error).toBeUndefined();
});

test("a backend that is not known any more has ended", async () => {
  await using api = await scriptedApi({ [STREAM]: refuse(404, "not-found", "no backend b1") });
  const backend = open(sessionAt(api.url));
  expect((await backend.onTerminatedPromise).status).toBe("terminated");
});

test("a refusal is told, and not asked again", async () => {
  await using api = await scriptedApi({ [STREAM]: refuse(403, "forbidden", "not from here") });
  const backend = open(sessionAt(api.url));
  const error = await new Promise((resolve) => backend.onError(resolve));
  expect(error).toMatchObject({ code: "forbidden" });
  expect(backend.error).toBe(error);
  expect(api.asked).toHaveLength(1);
});

test("waiting for ready fails with the reason if the backend ends before", async () => {
  const ended = { status: "terminated", time: 1, termination_reason: "pullfailed" };
  await using api = await scriptedApi({
    [STREAM]: events([state("loading"), { id: "terminated", data: ended }], "stay"),
  });
  const backend = open(sessionAt(api.url));
  await expect(backend.onReadyPromise).rejects.toMatchObject({
    code: "backend-ended",
    details: { reason: "pullfailed" },
  });
});

test("what a listener throws is told to the page, and stops nobody else", async () => {
  const uncaught: unknown[] = [];
  const others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.once("uncaughtException", (error) => uncaught.push(error));
  onTestFinished(() => others.forEach((other) => void process.on("uncaughtException", other)));
  await using api = await scriptedApi({
    [STREAM]: events(["ready", "terminated"].map(state), "stay"),
  });
  const backend = open(sessionAt(api.url));
  backend.onReady(() => {
    throw new Error("mine");
  });
  const heard = heardBy(backend);
  await backend.onTerminatedPromise;
  expect(heard).toEqual(["ready", "terminated"]);
  await waitFor("the error", () => uncaught.length === 1);
  expect(uncaught).toMatchObject([{ message: "mine" }]);
});

test("destroying hangs up, and tells nobody anything any more", async () => {
  let hungUp = false;
  await using api = await scriptedApi({
    [STREAM]: (response, request) => {
      response.on("close", () => {
        hungUp = true;
      });
      return events([state("loading")], "stay")(response, request);
    },
  });
  const backend = open(sessionAt(api.url));
  await new Promise<PublicStatus>((resolve) => backend.onStatus(resolve));
  backend.destroy();
  await waitFor("the hang-up", () => hungUp);
});

test("one that is not to follow asks nothing until it is told to, and can be told again", async () => {
  await using api = await scriptedApi({
    [STREAM]: events([state("ready")], "stay"),
    "GET /status": answer({ status: "loading", time: 5 }),
  });
  const backend = open(sessionAt(api.url), { follow: false });
  expect(await backend.status()).toEqual({ status: "loading", time: 5 });
  expect(api.asked).toHaveLength(1);
  backend.follow();
  backend.unfollow();
  backend.follow();
  backend.follow();
  await backend.onReadyPromise;
  expect(api.asked.filter(({ path }) => path.endsWith("/stream")).length).toBeLessThanOrEqual(2);
});

test("one that had ended already when it was connected to tells so, and why", async () => {
  const ended = { status: "terminated", time: 1, termination_reason: "pullfailed" };
  await using api = await scriptedApi({
    [STREAM]: events([state("scheduled"), { id: "terminated", data: ended }], "end"),
  });
  const backend = open(sessionAt(api.url, "terminated"));
  const heard = heardBy(backend);
  expect(await backend.onTerminatedPromise).toEqual(ended);
  await expect(backend.onReadyPromise).rejects.toMatchObject({ code: "backend-ended" });
  expect([heard, backend.latestStatus]).toEqual([["terminated"], ended]);
  backend.follow();
  expect(api.asked).toHaveLength(1);
});
