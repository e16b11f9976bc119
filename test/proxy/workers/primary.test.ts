import { expect, test } from "vitest";
import type { LinkHandlers } from "../../../proxy/link.ts";
import { Lenders } from "../../../proxy/workers/lenders.ts";
import type { Said, ToWorker } from "../../../proxy/workers/messages.ts";
import { Primary } from "../../../proxy/workers/primary.ts";
import type { ProxyToController } from "../../../src/protocol/proxy-messages.ts";
import { TestClock } from "../../harness/test-clock.ts";
import { BACKEND, NOT_FOUND, OTHER_BACKEND } from "../harness/scripted-controller.ts";

function setUp() {
  const clock = new TestClock();
  const said: ProxyToController[] = [];
  const told: { worker: number | "all"; message: ToWorker }[] = [];
  const link = {
    connected: true,
    send(message: ProxyToController) {
      if (link.connected) said.push(message);
      return link.connected;
    },
    async [Symbol.asyncDispose]() {},
  };
  let handlers: LinkHandlers | undefined;
  const primary = new Primary({
    clock,
    lenders: new Lenders({ all: 10, perAddress: 10 }, 2),
    openLink(given) {
      handlers = given;
      return link;
    },
    send: (worker, message) => void told.push({ worker, message }),
    sendAll: (message) => void told.push({ worker: "all", message }),
  });
  const say = (worker: number, message: Said) => primary.receive(worker, { type: "say", message });
  const activity = (worker: number, open: number, idle_ms = 0, id = BACKEND) =>
    say(worker, { type: "activity", backends: [{ backend_id: id, open, idle_ms }] });
  const reports = () =>
    said.flatMap((message) => (message.type === "activity" ? message.backends : []));
  return { clock, said, told, link, primary, say, activity, reports, handlers: () => handlers };
}

test("a backend is open as long as one worker has it open, and idle since the last has not", async () => {
  const { activity, primary, reports, clock } = setUp();
  activity(1, 1);
  activity(2, 1);
  primary.report();
  await clock.advance(1_000);
  activity(1, 0, 400);
  primary.report();
  expect(reports().map(({ open }) => open)).toEqual([1, 2, 1]);
  await clock.advance(5_000);
  activity(2, 0, 3_000);
  await clock.advance(500);
  primary.report();
  expect(reports().at(-1)).toEqual({ backend_id: BACKEND, open: 0, idle_ms: 3_500 });
});

test("the first connection to a backend is told at once, whose ever it is", () => {
  const { activity, reports } = setUp();
  activity(1, 1);
  activity(2, 1, 0, OTHER_BACKEND);
  expect(reports().map(({ backend_id, open }) => [backend_id, open])).toEqual([
    [BACKEND, 1],
    [OTHER_BACKEND, 1],
  ]);
});

test("what a dead worker had open has ended; what others have has not", () => {
  const { activity, primary, reports } = setUp();
  activity(1, 2);
  activity(1, 1, 0, OTHER_BACKEND);
  activity(2, 1);
  primary.report();
  primary.forget(1);
  primary.report();
  expect(reports().slice(-2)).toEqual([
    { backend_id: BACKEND, open: 1, idle_ms: 0 },
    { backend_id: OTHER_BACKEND, open: 0, idle_ms: 0 },
  ]);
});

test("what is used in short is told with its time, though nothing is open when it is told", async () => {
  const { activity, primary, reports, clock } = setUp();
  activity(1, 1);
  activity(1, 0, 0);
  await clock.advance(700);
  primary.report();
  primary.report();
  expect(reports()).toEqual([
    { backend_id: BACKEND, open: 1, idle_ms: 0 },
    { backend_id: BACKEND, open: 0, idle_ms: 700 },
  ]);
});

test("a worker that tells everything again has nothing else open", () => {
  const { say, activity, primary, reports } = setUp();
  activity(1, 3);
  say(1, { type: "activity", complete: true, backends: [] });
  primary.report();
  expect(reports().at(-1)).toMatchObject({ backend_id: BACKEND, open: 0 });
});

test("loads are added up, but a backend that two have in use is one", () => {
  const { say, primary, said } = setUp();
  const load = { connections: 3, requests_open: 1, active_backends: 1, requests_per_second: 2.5 };
  const backends = [{ backend_id: BACKEND, open: 1, idle_ms: 0 }];
  for (const worker of [1, 2]) say(worker, { type: "activity", backends, load });
  primary.report();
  expect(said.at(-1)).toMatchObject({
    load: { connections: 6, requests_open: 2, active_backends: 1, requests_per_second: 5 },
  });
});

test("each worker is answered what it has asked, by its own number", () => {
  const { say, said, told, handlers } = setUp();
  say(1, { type: "route-request", request_id: 7, label: "one" });
  say(2, { type: "route-request", request_id: 7, label: "two" });
  const ids = said.map((message) => (message.type === "route-request" ? message.request_id : 0));
  expect(new Set(ids).size).toBe(2);
  const [first = 0, second = 0] = ids;
  handlers()?.onNews({ type: "route-response", request_id: second, result: NOT_FOUND });
  handlers()?.onNews({ type: "route-response", request_id: first, result: NOT_FOUND });
  handlers()?.onNews({ type: "route-response", request_id: first, result: NOT_FOUND });
  const news = { type: "route-response", request_id: 7, result: NOT_FOUND };
  expect(told).toEqual([
    { worker: 2, message: { type: "news", news } },
    { worker: 1, message: { type: "news", news } },
  ]);
});

test("revocations go to all", () => {
  const { told, handlers } = setUp();
  const revocation = { backend_id: BACKEND, generation: 0 };
  const news = { type: "tokens-revoked", revocation } as const;
  handlers()?.onNews(news);
  expect(told).toEqual([{ worker: "all", message: { type: "news", news } }]);
});

test("with a worker that tells all that it has open, all that is open is told", () => {
  const { say, said, primary } = setUp();
  const backends = [{ backend_id: BACKEND, open: 1, idle_ms: 0 }];
  primary.receive(1, { type: "attach" });
  say(1, { type: "activity", complete: true, backends });
  expect(said.at(-1)).toEqual({ type: "activity", complete: true, backends });
});

test("news of a backend go to all, and so does the connection's fate", () => {
  const { primary, told, handlers, link, said, activity } = setUp();
  for (const worker of [1, 2]) primary.receive(worker, { type: "attach" });
  const news = { type: "backend-changed", backend_id: BACKEND, status: "terminating" } as const;
  handlers()?.onNews(news);
  link.connected = false;
  handlers()?.onDown?.();
  activity(1, 1);
  expect(said).toEqual([]);
  link.connected = true;
  handlers()?.onWelcome();
  expect(said).toEqual([
    { type: "activity", complete: true, backends: [{ backend_id: BACKEND, open: 1, idle_ms: 0 }] },
  ]);
  const connected = (worker: number, is: boolean) => ({
    worker,
    message: { type: "connected", connected: is },
  });
  expect(told).toEqual([
    ...[connected(1, true), connected(2, true), { worker: "all", message: { type: "news", news } }],
    ...[connected(1, false), connected(2, false), connected(1, true), connected(2, true)],
  ]);
});
