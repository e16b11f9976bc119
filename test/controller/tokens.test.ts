import { expect, test } from "vitest";
import { ChangeFeed } from "../../controller/change-feed.ts";
import { type ProxyPeerDeps, proxyPeers } from "../../controller/sockets/proxy-peer.ts";
import { RevocationNews } from "../../controller/sockets/revocation-news.ts";
import { DatabaseAway } from "../../controller/store/database-away.ts";
import type { BackendRecord, Change, RouteAnswer, Store } from "../../controller/store/store.ts";
import type { ConnectResponse } from "../../src/protocol/connect.ts";
import type { DroneList } from "../../src/protocol/drone.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import type { ControllerToProxy } from "../../src/protocol/proxy-messages.ts";
import type { Revocation } from "../../src/protocol/revocation.ts";
import { TokenList } from "../../src/protocol/token.ts";
import { validatorOf } from "../../src/protocol/validate.ts";
import { recordingLog } from "../harness/recording-log.ts";
import { TestClock } from "../harness/test-clock.ts";
import { waitFor } from "../harness/wait-for.ts";
import {
  ADDRESS,
  aController,
  CLUSTER,
  runSpawn,
  type TestController,
  type TestProxy,
} from "./a-controller.ts";

const KEY = { name: "doc" };

async function connect(hangar: TestController, request: object): Promise<ConnectResponse> {
  return (await hangar.call("POST", "/v1/connect", { key: KEY, ...request })).body;
}

/** A ready backend of the key, with a token for each of these users. */
async function aSession(hangar: TestController, users: readonly string[], spawn: object = {}) {
  await using drone = await hangar.drone();
  await waitFor("a healthy drone", async () => {
    const { body } = await hangar.call("GET", "/v1/drones");
    return (body as DroneList).drones.some(({ healthy }) => healthy);
  });
  const anonymous = users.length === 0;
  const first = await connect(hangar, {
    spawn: { image: "hangar/echo", ...spawn },
    ...(anonymous ? {} : { user: users[0] }),
  });
  await runSpawn(drone);
  const others: ConnectResponse[] = [];
  for (const user of users.slice(1)) others.push(await connect(hangar, { user }));
  const tokens = [first, ...others].map(({ token }) => token ?? "");
  return { id: first.backend_id, tokens, path: `/v1/backends/${first.backend_id}/tokens` };
}

async function ask(proxy: TestProxy, token: string) {
  const request_id = Math.floor(Math.random() * 1e9);
  proxy.say({ type: "route-request", request_id, token });
  return (await proxy.next("route-response", (each) => each.request_id === request_id)).result;
}

async function told(proxy: TestProxy): Promise<Revocation> {
  return (await proxy.next("tokens-revoked")).revocation;
}

test("tokens are listed by page and user, without what lets anybody in", async () => {
  await using hangar = await aController();
  const { id, path, tokens } = await aSession(hangar, ["ada", "bob", "ada"]);
  const all = await hangar.call("GET", path);
  expect(validatorOf(TokenList).accepts(all.body)).toBe(true);
  const { tokens: listed } = all.body as TokenList;
  expect(listed.map(({ user }) => user).sort()).toEqual(["ada", "ada", "bob"]);
  for (const token of tokens) expect(JSON.stringify(all.body)).not.toContain(token);
  const page: TokenList = (await hangar.call("GET", `${path}?limit=2`)).body;
  const rest: TokenList = (await hangar.call("GET", `${path}?limit=2&cursor=${page.next_cursor}`))
    .body;
  expect([...page.tokens, ...rest.tokens]).toEqual(listed);
  expect(rest.next_cursor).toBeNull();
  const bobs: TokenList = (await hangar.call("GET", `${path}?user=bob`)).body;
  expect(bobs.tokens.map(({ user }) => user)).toEqual(["bob"]);
  expect((await hangar.call("GET", `${path}?cursor=rubbish`)).status).toBe(400);
  const none = path.replace(id, "aaaaaaaaaaaaaa");
  for (const method of ["GET", "DELETE"]) {
    expect((await hangar.call(method, none)).status).toBe(404);
  }
});

test("a revoked token lets nobody in, and every proxy is told which it was", async () => {
  await using hangar = await aController();
  await using one = await hangar.proxy("px-one");
  await using two = await hangar.proxy("px-two");
  const { id, path, tokens } = await aSession(hangar, ["ada", "bob"]);
  const [ada = "", bob = ""] = tokens;
  const route = await ask(one, ada);
  const access = route.kind === "route" ? route.route.access : undefined;
  const token_id = access?.kind === "connection" ? access.token_id : "";
  expect(await hangar.call("DELETE", `${path}/${token_id}`)).toMatchObject({
    status: 200,
    body: { backend_id: id, revoked: 1 },
  });
  for (const proxy of [one, two]) {
    expect(await told(proxy)).toMatchObject({ backend_id: id, token_id });
    expect(await ask(proxy, ada)).toMatchObject({ kind: "refused", code: "forbidden" });
    expect(await ask(proxy, bob)).toMatchObject({ kind: "route" });
  }
  expect((await hangar.call("DELETE", `${path}/${token_id}`)).status).toBe(404);
  // A token is no id.
  expect((await hangar.call("DELETE", `${path}/${ada}`)).status).toBe(404);
});

test("a user is thrown out and let in again; then everybody is", async () => {
  await using hangar = await aController();
  await using proxy = await hangar.proxy();
  const { id, path, tokens } = await aSession(hangar, ["ada", "bob"]);
  const [ada = "", bob = ""] = tokens;
  const gone = await hangar.call("DELETE", `${path}?user=ada`);
  expect(gone.body).toEqual({ backend_id: id, revoked: 1 });
  expect(await told(proxy)).toEqual({ backend_id: id, user: "ada", generation: 0 });
  expect(await ask(proxy, ada)).toMatchObject({ code: "forbidden" });
  expect(await ask(proxy, bob)).toMatchObject({ kind: "route" });
  const again = (await connect(hangar, { user: "ada" })).token ?? "";
  expect(await ask(proxy, again)).toMatchObject({ route: { access: { generation: 1 } } });
  expect((await hangar.call("DELETE", path)).body).toEqual({ backend_id: id, revoked: 2 });
  expect(await told(proxy)).toEqual({ backend_id: id, generation: 1 });
  for (const token of [bob, again]) expect((await ask(proxy, token)).kind).toBe("refused");
  expect((await hangar.call("DELETE", `${path}?user=`)).body).toMatchObject({ revoked: 0 });
});

test("a static token is not revoked, and nobody is told that it were", async () => {
  await using hangar = await aController();
  const { path } = await aSession(hangar, [], { use_static_token: true });
  expect((await hangar.call("GET", path)).body).toEqual({ tokens: [], next_cursor: null });
  expect(await hangar.call("DELETE", path)).toMatchObject({
    status: 409,
    body: { error: { code: "static-token" } },
  });
});

test("a key of another namespace finds no tokens here, and revokes none", async () => {
  await using hangar = await aController();
  const { path } = await aSession(hangar, ["ada"]);
  const body = { name: "theirs", scopes: ["connect", "read"], namespace: "theirs" };
  const { key }: { key: string } = (await hangar.call("POST", "/v1/api-keys", body)).body;
  for (const method of ["GET", "DELETE"]) {
    expect((await hangar.call(method, path, undefined, key)).status).toBe(404);
  }
  expect((await hangar.call("GET", path)).body).toMatchObject({ tokens: [{ user: "ada" }] });
});

test("a proxy that comes back is told what may have ended its open connections meanwhile", async () => {
  await using hangar = await aController();
  const { id, path } = await aSession(hangar, ["ada", "bob"]);
  for (const user of ["ada", "bob"]) await hangar.call("DELETE", `${path}?user=${user}`);
  await using proxy = await hangar.proxy();
  const backends = [{ backend_id: id, open: 1, idle_ms: 0 }];
  proxy.say({ type: "activity", complete: true, backends });
  expect([await told(proxy), await told(proxy)]).toMatchObject([{ user: "ada" }, { user: "bob" }]);
  proxy.say({ type: "activity", backends });
  await using idle = await hangar.proxy("px-two");
  idle.say({ type: "activity", complete: true, backends: [{ ...backends[0], open: 0 } as never] });
  for (const each of [proxy, idle]) expect((await ask(each, "rubbish")).kind).toBe("refused");
  expect([...proxy.heard, ...idle.heard].map(({ type }) => type)).not.toContain("tokens-revoked");
});

const ID = "abcdefghij0001" as BackendId;
const REVOKED = { backend_id: ID, generation: 0 };

/** A proxy's peer over a store that answers as a test tells it to. */
async function aPeer(overrides: Partial<Store>) {
  const listeners = new Set<(change: Change) => void>();
  const subscribe: Store["subscribe"] = (listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const store = {
    subscribe,
    ping: async () => undefined,
    recordActivity: async () => true,
    revocation: async () => REVOKED,
    ...overrides,
  } as unknown as Store;
  const { log } = recordingLog();
  const clock = new TestClock();
  const changes = new ChangeFeed(store);
  const revocations = new RevocationNews({ store, changes, clock, log });
  const said: ControllerToProxy[] = [];
  const messages = { send: (message: ControllerToProxy) => said.push(message), close() {} };
  const deps: ProxyPeerDeps = { store, changes, revocations, clock, log, controllerId: "co-x" };
  const peer = await proxyPeers(deps).attach(
    {
      ...{ type: "hello", protocol_version: 1, version: "1" },
      ...{ proxy: "px", identity: "identity-1", cluster: CLUSTER },
    },
    messages as never,
  );
  const announce = (change: Change) => {
    for (const listener of listeners) listener(change);
  };
  const of = <T extends ControllerToProxy["type"]>(type: T) =>
    said.filter((each): each is Extract<ControllerToProxy, { type: T }> => each.type === type);
  return { peer, clock, announce, of, revocations };
}

function granted(): RouteAnswer {
  const backend = {
    ...{ id: ID, cluster: CLUSTER, drone: "dr", access: "token", subdomain: null },
    state: { status: "ready", address: ADDRESS },
  } as unknown as BackendRecord;
  const about = { expiresInMs: 1_000, user: null, auth: {}, secret: "s" };
  const tokenId = `tk_${"1".repeat(24)}`;
  const grant = { kind: "connection", tokenId, generation: 0, ...about } as const;
  return { byLabel: undefined, byToken: { backend, grant } };
}

test("a revocation is not overtaken by the answer to a question that was read before it", async () => {
  const reads: ((answer: RouteAnswer) => void)[] = [];
  const { peer, announce, of } = await aPeer({
    resolveRoute: () => new Promise((resolve) => reads.push(resolve)),
  });
  const read = async (answer: RouteAnswer) => {
    const count = await waitFor("a read", () => reads.length);
    reads.shift()?.(answer);
    return count;
  };
  await peer?.receive({ type: "route-request", request_id: 1, token: `hct_${"T".repeat(40)}` });
  await read(granted());
  await waitFor("the second read", () => reads.length === 1);
  announce({ kind: "revocation", seq: 1 });
  await waitFor("the news", () => of("tokens-revoked").length === 1);
  await read(granted());
  await read({ byLabel: undefined, byToken: undefined });
  const answer = await waitFor("the answer", () => of("route-response")[0]);
  expect(answer.result).toMatchObject({ kind: "refused", code: "forbidden" });
});

test("what a database that is away cannot tell of revocations is told once it is back", async () => {
  let isAway = true;
  const unlessAway = async <T>(value: T) => {
    if (isAway) throw new DatabaseAway("away");
    return value;
  };
  const { peer, announce, of, clock, revocations } = await aPeer({
    revocation: () => unlessAway(REVOKED),
    revocationsOf: (ids) => unlessAway(ids.map((backend_id) => ({ backend_id, generation: 7 }))),
  });
  const backends = [{ backend_id: ID, open: 1, idle_ms: 0 }];
  announce({ kind: "revocation", seq: 1 });
  await peer?.receive({ type: "activity", complete: true, backends });
  expect(of("tokens-revoked")).toEqual([]);
  isAway = false;
  await peer?.receive({ type: "activity", backends: [] });
  await peer?.receive({ type: "activity", backends: [] });
  expect(of("tokens-revoked").map(({ revocation }) => revocation.generation)).toEqual([7]);
  await clock.advance(1_000);
  await waitFor("the other one", () => of("tokens-revoked").length === 2);
  await revocations[Symbol.asyncDispose]();
});
