import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Activity } from "../../proxy/activity.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import type { ProxyToController } from "../../src/protocol/proxy-messages.ts";
import { TestClock } from "../harness/test-clock.ts";
import { BACKEND, OTHER_BACKEND } from "./harness/scripted-controller.ts";

type Reports = Extract<ProxyToController, { type: "activity" }>["backends"];

function setUp() {
  const clock = new TestClock();
  const told: Reports[] = [];
  const complete: boolean[] = [];
  const state = { connected: true };
  const activity = new Activity({
    clock,
    send(message) {
      if (state.connected && message.type === "activity") {
        told.push(message.backends);
        complete.push(message.complete === true);
      }
      return state.connected;
    },
  });
  return { clock, told, complete, state, activity };
}

describe("activity", () => {
  test("the first connection is told at once, the second with the next batch", () => {
    const { activity, told } = setUp();
    activity.begun(BACKEND);
    activity.begun(BACKEND);
    expect(told).toEqual([[{ backend_id: BACKEND, open: 1, idle_ms: 0 }]]);
    activity.report();
    expect(told.at(-1)).toEqual([{ backend_id: BACKEND, open: 2, idle_ms: 0 }]);
  });

  test("a connection begins with a complete report, even of nothing, and no later one is complete", () => {
    const { activity, told, complete } = setUp();
    activity.reportAll();
    activity.begun(BACKEND);
    activity.report();
    expect(told[0]).toEqual([]);
    expect(complete).toEqual([true, false, false]);
  });

  test("the end is told once, with how long ago it was", async () => {
    const { activity, told, clock } = setUp();
    activity.begun(BACKEND);
    activity.ended(BACKEND);
    await clock.advance(700);
    activity.report();
    activity.report();
    expect(told.slice(1)).toEqual([[{ backend_id: BACKEND, open: 0, idle_ms: 700 }], []]);
  });

  test("requests in quick succession cost one message a batch, not one each", () => {
    const { activity, told } = setUp();
    for (let count = 0; count < 1_000; count += 1) {
      activity.begun(BACKEND);
      activity.ended(BACKEND);
    }
    expect(told).toHaveLength(1);
    activity.report();
    activity.begun(BACKEND);
    expect(told.map(([report]) => report?.open)).toEqual([1, 0, 1]);
  });

  test("what stays open is told once; the empty reports in between are the sign of life", async () => {
    const { activity, told, clock } = setUp();
    activity.begun(BACKEND);
    await clock.advance(60_000);
    activity.report();
    activity.report();
    expect(told.slice(1)).toEqual([[], []]);
    await clock.advance(60_000);
    activity.ended(BACKEND);
    activity.report();
    expect(told.at(-1)).toEqual([{ backend_id: BACKEND, open: 0, idle_ms: 0 }]);
  });

  test("a request beside an open connection is told of, although as much is open as before", () => {
    const { activity, told } = setUp();
    activity.begun(BACKEND);
    activity.begun(BACKEND);
    activity.ended(BACKEND);
    activity.report();
    activity.report();
    expect(told.slice(1)).toEqual([[{ backend_id: BACKEND, open: 1, idle_ms: 0 }], []]);
  });

  test("only what has changed is told, and a new connection is told of everything that is open", () => {
    const { activity, told, complete } = setUp();
    activity.begun(BACKEND);
    activity.begun(OTHER_BACKEND);
    activity.begun(OTHER_BACKEND);
    activity.report();
    expect(told.at(-1)).toEqual([{ backend_id: OTHER_BACKEND, open: 2, idle_ms: 0 }]);
    activity.reportAll();
    expect(told.at(-1)?.map(({ backend_id }) => backend_id)).toEqual([BACKEND, OTHER_BACKEND]);
    expect(complete.at(-1)).toBe(true);
  });

  test("a backend whose end was told is told of at once when it is opened again", () => {
    const { activity, told } = setUp();
    activity.begun(BACKEND);
    activity.ended(BACKEND);
    activity.report();
    activity.begun(BACKEND);
    expect(told).toHaveLength(3);
    expect(told.at(-1)).toEqual([{ backend_id: BACKEND, open: 1, idle_ms: 0 }]);
  });

  test("what could not be told is told after the connection is back", async () => {
    const { activity, told, clock, state } = setUp();
    state.connected = false;
    activity.begun(BACKEND);
    activity.ended(BACKEND);
    activity.report();
    await clock.advance(5_000);
    state.connected = true;
    activity.report();
    expect(told).toEqual([[{ backend_id: BACKEND, open: 0, idle_ms: 5_000 }]]);
  });

  test("what the controller believes to be open is never wrong past a report", () => {
    const step = fc.record({
      id: fc.constantFrom(BACKEND, OTHER_BACKEND),
      action: fc.constantFrom("begin", "end", "report", "lose", "find" as const),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { activity, told, state } = setUp();
        const open = new Map<BackendId, number>();
        const count = (id: BackendId) => open.get(id) ?? 0;
        const act = {
          begin(id: BackendId) {
            open.set(id, count(id) + 1);
            activity.begun(id);
          },
          end(id: BackendId) {
            if (count(id) === 0) return;
            open.set(id, count(id) - 1);
            activity.ended(id);
          },
          report: () => activity.report(),
          lose: () => {
            state.connected = false;
          },
          find: () => {
            if (state.connected) return;
            state.connected = true;
            told.length = 0;
            activity.reportAll();
          },
        };
        for (const { id, action } of steps) act[action](id);
        act.find();
        activity.report();
        const believed = new Map(told.flat().map((report) => [report.backend_id, report.open]));
        for (const id of open.keys()) expect(believed.get(id) ?? 0).toBe(count(id));
      }),
    );
  });
});
