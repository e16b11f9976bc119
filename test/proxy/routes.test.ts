import { describe, expect, test } from "vitest";
import { Figures } from "../../proxy/figures/figures.ts";
import { type FoundRoute, Routes } from "../../proxy/routes.ts";
import type { ProxyToController, RouteResult } from "../../src/protocol/proxy-messages.ts";
import { TestClock } from "../harness/test-clock.ts";
import {
  BACKEND,
  NOT_FOUND,
  OTHER_TOKEN,
  routeTo,
  TOKEN,
  TOKEN_ID,
} from "./harness/scripted-controller.ts";

const QUERY = { label: BACKEND, token: TOKEN };
const never = new AbortController().signal;
const STARTING: RouteResult = withoutAddress();

function withoutAddress(): RouteResult {
  const result = routeTo(1, { status: "starting" });
  if (result.kind === "route") delete result.route.address;
  return result;
}

/** To the same backend, with a token of another user. */
function otherRoute(changes: Parameters<typeof routeTo>[1] = {}): RouteResult {
  const token_id = `tk_${"8".repeat(24)}`;
  const auth = { expires_in_ms: 3_600_000, auth: {}, secret: "s" };
  const access = { kind: "connection", token_id, generation: 3, user: "bob", ...auth } as const;
  return routeTo(1, { access, ...changes });
}

function setUp(options: { localDrone?: string } = {}) {
  const clock = new TestClock();
  const figures = new Figures();
  const asked: Extract<ProxyToController, { type: "route-request" }>[] = [];
  const state = { connected: true };
  const routes = new Routes(
    {
      clock,
      figures,
      send(message) {
        if (state.connected && message.type === "route-request") asked.push(message);
        return state.connected;
      },
    },
    { holdLimitMs: 60_000, localDrone: options.localDrone },
  );
  return {
    clock,
    figures,
    asked,
    state,
    routes,
    answerLast(result: RouteResult) {
      const request_id = asked.at(-1)?.request_id ?? 0;
      routes.receive({ type: "route-response", request_id, result });
    },
    async ready(result: RouteResult = routeTo(1)) {
      const found = routes.resolve(QUERY, never);
      this.answerLast(result);
      return (await found) as FoundRoute;
    },
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("routes", () => {
  test("a route is asked for once and then known", async () => {
    const { routes, asked, figures, ...set } = setUp();
    const first = routes.resolve(QUERY, never);
    const second = routes.resolve(QUERY, never);
    set.answerLast(routeTo(7));
    expect(await first).toMatchObject({ kind: "route", upstream: { host: "127.0.0.1", port: 7 } });
    await second;
    await routes.resolve(QUERY, never);
    expect(asked).toHaveLength(1);
    expect(figures).toMatchObject({ routeLookups: 1, routeHits: 1 });
  });

  test("another token for the same host is another question", async () => {
    const set = setUp();
    await set.ready();
    void set.routes.resolve({ label: BACKEND, token: OTHER_TOKEN }, never);
    expect(set.asked).toMatchObject([{ token: TOKEN }, { token: OTHER_TOKEN }]);
  });

  test("a refusal is remembered for two seconds", async () => {
    const set = setUp();
    const refused = set.routes.resolve(QUERY, never);
    set.answerLast(NOT_FOUND);
    expect(await refused).toMatchObject({ code: "not-found" });
    await set.clock.advance(1_999);
    expect(await set.routes.resolve(QUERY, never)).toMatchObject({ code: "not-found" });
    await set.clock.advance(1);
    expect((await set.ready()).kind).toBe("route");
    expect(set.asked).toHaveLength(2);
  });

  test("a controller that does not answer in time is unavailable, and is asked again next time", async () => {
    const set = setUp();
    const slow = set.routes.resolve(QUERY, never);
    await set.clock.advance(5_000);
    expect(await slow).toMatchObject({ code: "unavailable", retryAfterSeconds: 2 });
    expect((await set.ready()).kind).toBe("route");
  });

  test("an answer that comes too late is ignored", async () => {
    const set = setUp();
    const slow = set.routes.resolve(QUERY, never);
    await set.clock.advance(5_000);
    await slow;
    set.answerLast(routeTo(1));
    void set.routes.resolve(QUERY, never);
    expect(set.asked).toHaveLength(2);
  });

  test("without a connection what is known works on, and the rest is unavailable", async () => {
    const set = setUp();
    await set.ready();
    set.state.connected = false;
    expect(await set.routes.resolve(QUERY, never)).toMatchObject({ kind: "route" });
    const unknown = await set.routes.resolve({ label: "x", token: undefined }, never);
    expect(unknown).toMatchObject({ code: "unavailable" });
  });

  test("a token lapses by the proxy's own clock, connected or not", async () => {
    const set = setUp();
    const found = await set.ready();
    expect(found.expiresInMs).toBe(3_600_000);
    set.state.connected = false;
    await set.clock.advance(3_599_999);
    expect(await set.routes.resolve(QUERY, never)).toMatchObject({ kind: "route" });
    await set.clock.advance(1);
    expect(await set.routes.resolve(QUERY, never)).toMatchObject({ code: "forbidden" });
  });

  test("a starting backend holds until it is ready", async () => {
    const set = setUp();
    const held = set.routes.resolve(QUERY, never);
    set.answerLast(STARTING);
    await settled();
    const address = { host: "10.0.0.1", port: 5 };
    set.routes.receive({ type: "backend-changed", backend_id: BACKEND, status: "waiting" });
    set.routes.receive({ type: "backend-changed", backend_id: BACKEND, status: "ready", address });
    expect(await held).toMatchObject({ kind: "route", upstream: address });
    expect(set.asked).toHaveLength(1);
  });

  test("a starting backend that ends instead says why", async () => {
    const set = setUp();
    const held = set.routes.resolve(QUERY, never);
    set.answerLast(STARTING);
    await settled();
    const ended = { status: "terminated", reason: "startuptimeout" } as const;
    set.routes.receive({ type: "backend-changed", backend_id: BACKEND, ...ended });
    expect(await held).toMatchObject({ code: "backend-ended", reason: "startuptimeout" });
  });

  test("a starting backend holds no longer than the limit", async () => {
    const set = setUp();
    const held = set.routes.resolve(QUERY, never);
    set.answerLast(STARTING);
    await settled();
    await set.clock.advance(60_000);
    expect(await held).toMatchObject({ code: "not-ready", retryAfterSeconds: 2 });
  });

  test("a client that goes is held no longer", async () => {
    const set = setUp();
    const client = new AbortController();
    const held = set.routes.resolve(QUERY, client.signal);
    set.answerLast(STARTING);
    await settled();
    client.abort();
    expect((await held).kind).toBe("refused");
  });

  test.each(["terminating", "hard-terminating", "terminated"] as const)(
    "from %s on a route is known no more",
    async (status) => {
      const set = setUp();
      await set.ready();
      set.routes.receive({ type: "backend-changed", backend_id: BACKEND, status, reason: "swept" });
      void set.routes.resolve(QUERY, never);
      expect(set.asked).toHaveLength(2);
    },
  );

  test("news that come right behind the answer are not lost", async () => {
    const set = setUp();
    const found = set.routes.resolve(QUERY, never);
    set.answerLast(routeTo(1));
    const ended = { status: "terminating", reason: "external" } as const;
    set.routes.receive({ type: "backend-changed", backend_id: BACKEND, ...ended });
    expect(await found).toMatchObject({ code: "backend-ended", reason: "external" });
  });

  test("late news of an earlier state change nothing", async () => {
    const set = setUp();
    await set.ready();
    set.routes.receive({ type: "backend-changed", backend_id: BACKEND, status: "starting" });
    expect(await set.routes.resolve(QUERY, never)).toMatchObject({ kind: "route" });
  });

  test("a ready backend that is found at another address is dialled there from then on", async () => {
    const set = setUp({ localDrone: "dr-test" });
    await set.ready();
    const news = { type: "backend-changed", backend_id: BACKEND, status: "ready" } as const;
    const address = { host: "127.0.0.1", port: 2 };
    set.routes.receive({ ...news, address });
    expect(await set.routes.resolve(QUERY, never)).toMatchObject({ upstream: address });
    const bridge_address = { host: "172.18.0.2", port: 8080 };
    set.routes.receive({ ...news, address, bridge_address });
    expect(await set.routes.resolve(QUERY, never)).toMatchObject({ upstream: bridge_address });
    set.routes.receive(news);
    expect(await set.routes.resolve(QUERY, never)).toMatchObject({ upstream: bridge_address });
  });

  test("an answer for one token tells a backend's new address to all its tokens", async () => {
    const set = setUp();
    await set.ready();
    const other = set.routes.resolve({ label: BACKEND, token: OTHER_TOKEN }, never);
    set.answerLast(routeTo(2));
    expect(await other).toMatchObject({ upstream: { port: 2 } });
    expect(await set.routes.resolve(QUERY, never)).toMatchObject({ upstream: { port: 2 } });
  });

  test("on a new connection everything is asked again: what is known, in flight and held", async () => {
    const set = setUp();
    const held = set.routes.resolve(QUERY, never);
    set.answerLast(STARTING);
    await settled();
    const inFlight = set.routes.resolve({ label: "other", token: undefined }, never);
    set.state.connected = false;
    await settled();
    set.state.connected = true;
    set.routes.reconnected();
    await settled();
    expect(set.asked.map(({ label }) => label)).toEqual([BACKEND, "other", "other", BACKEND]);
    set.answerLast(routeTo(9));
    expect(await held).toMatchObject({ upstream: { port: 9 } });
    set.routes.receive({ type: "route-response", request_id: 2, result: NOT_FOUND });
    expect(await inFlight).toMatchObject({ code: "not-found" });
  });

  test("on the drone's own host the bridge is dialled, elsewhere the published address", async () => {
    const bridge_address = { host: "172.18.0.2", port: 8080 };
    const near = await setUp({ localDrone: "dr-test" }).ready(routeTo(1, { bridge_address }));
    expect(near.upstream).toEqual(bridge_address);
    const far = await setUp({ localDrone: "dr-other" }).ready(routeTo(1, { bridge_address }));
    expect(far.upstream).toEqual({ host: "127.0.0.1", port: 1 });
    const unbridged = await setUp({ localDrone: "dr-test" }).ready(routeTo(1));
    expect(unbridged.upstream).toEqual({ host: "127.0.0.1", port: 1 });
  });

  const REVOCATION = { backend_id: BACKEND, token_id: TOKEN_ID, generation: 3 };

  test("a revoked token is known no more, on any host; others of its backend are", async () => {
    const set = setUp();
    const found = await set.ready();
    const bare = set.routes.resolve({ label: undefined, token: TOKEN }, never);
    set.answerLast(routeTo(1));
    await bare;
    const other = set.routes.resolve({ label: BACKEND, token: OTHER_TOKEN }, never);
    set.answerLast(otherRoute());
    const stays = (await other) as FoundRoute;
    expect([found.isCurrent(), stays.isCurrent()]).toEqual([true, true]);
    set.routes.receive({ type: "tokens-revoked", revocation: REVOCATION });
    expect([found.isCurrent(), stays.isCurrent()]).toEqual([false, true]);
    const before = set.asked.length;
    for (const label of [BACKEND, undefined])
      void set.routes.resolve({ label, token: TOKEN }, never);
    expect(set.asked.length).toBe(before + 2);
  });

  test("a revocation right behind the answer is not lost", async () => {
    const set = setUp();
    const found = set.routes.resolve(QUERY, never);
    set.answerLast(routeTo(1));
    set.routes.receive({ type: "tokens-revoked", revocation: REVOCATION });
    await settled();
    expect(set.asked).toHaveLength(2);
    set.answerLast({ kind: "refused", code: "forbidden", message: "revoked" });
    expect(await found).toMatchObject({ kind: "refused", code: "forbidden" });
  });

  test("of requests that are held only those of the revoked token are refused", async () => {
    const set = setUp();
    const held = set.routes.resolve(QUERY, never);
    set.answerLast(STARTING);
    await settled();
    const other = set.routes.resolve({ label: BACKEND, token: OTHER_TOKEN }, never);
    set.answerLast(otherRoute({ status: "starting" }));
    await settled();
    set.routes.receive({ type: "tokens-revoked", revocation: REVOCATION });
    await settled();
    expect(set.asked.map(({ token }) => token)).toEqual([TOKEN, OTHER_TOKEN, TOKEN]);
    set.answerLast({ kind: "refused", code: "forbidden", message: "revoked" });
    expect(await held).toMatchObject({ code: "forbidden" });
    const address = { host: "10.0.0.1", port: 5 };
    set.routes.receive({ type: "backend-changed", backend_id: BACKEND, status: "ready", address });
    expect(await other).toMatchObject({ kind: "route", upstream: address });
  });

  test("a flood of made-up labels asks a bounded number of questions", async () => {
    const set = setUp();
    const answers = Array.from({ length: 1_001 }, (_, index) =>
      set.routes.resolve({ label: `x${index}`, token: undefined }, never),
    );
    expect(await answers.at(-1)).toMatchObject({ code: "unavailable" });
    expect(set.asked).toHaveLength(1_000);
  });
});
