import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { waitFor } from "../harness/wait-for.ts";
import { ask } from "./harness/ask.ts";
import { HOST, type ProxyFixture, startFixture } from "./harness/proxy-fixture.ts";
import { connectRaw } from "./harness/raw-peer.ts";
import { BACKEND, OTHER_TOKEN, routeTo, TOKEN, TOKEN_ID } from "./harness/scripted-controller.ts";

const OTHER_ID = `tk_${"8".repeat(24)}`;
const REVOKED = { kind: "refused", code: "forbidden", message: "revoked" } as const;

/** A proxy that knows two tokens of one backend: ada's, and bob's. */
async function startWithTwo(config: Parameters<typeof startFixture>[0] = {}) {
  const fixture = await startFixture(config);
  const others = { generation: 3, expires_in_ms: 3_600_000, auth: {}, secret: "s" };
  const bob = { kind: "connection", token_id: OTHER_ID, user: "bob", ...others } as const;
  fixture.controller.answer = ({ token }) =>
    routeTo(fixture.backend.port, token === TOKEN ? {} : { access: bob });
  return fixture;
}

async function openSocket({ port }: ProxyFixture, token: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/${token}/ws`, { headers: { host: HOST } });
  await once(socket, "open");
  return socket;
}

async function isAlive(socket: WebSocket): Promise<boolean> {
  socket.send("still here");
  return String((await once(socket, "message"))[0]) === "still here";
}

function revoke({ controller }: ProxyFixture, which: { token_id?: string; user?: string }): void {
  controller.answer = () => REVOKED;
  const revocation = { backend_id: BACKEND, generation: 3, ...which };
  controller.push({ type: "tokens-revoked", revocation });
}

test.each(["direct", "http-proxy"] as const)(
  "what a revoked token has let in is closed, what others have let in is not: %s",
  async (engine) => {
    await using fixture = await startWithTwo({ engine });
    const [ada, bob] = [await openSocket(fixture, TOKEN), await openSocket(fixture, OTHER_TOKEN)];
    fixture.backend.onRequest = (_request, response) => void response.write("data: 1\n\n");
    const path = `/${TOKEN}/sse`;
    const at = { host: "127.0.0.1", port: fixture.port, agent: false } as const;
    const stream = get({ ...at, path, headers: { host: HOST } });
    const [answer] = (await once(stream, "response")) as [IncomingMessage];
    const cut = once(answer, "error");
    answer.resume();
    const closed = once(ada, "close");
    revoke(fixture, { token_id: TOKEN_ID });
    expect(await closed).toMatchObject([1_008, Buffer.from("token revoked")]);
    await cut;
    expect((await ask(fixture.port, { path, headers: { host: HOST } })).status).toBe(403);
    expect(await isAlive(bob)).toBe(true);
    await waitFor("the ends to be told", () => fixture.controller.activity.at(-1)?.open === 1);
    bob.close();
  },
);

test("a user is thrown out of a kept connection, and of its next request too", async () => {
  await using fixture = await startWithTwo();
  const client = await connectRaw(fixture.port);
  const request = ["GET / HTTP/1.1", `Host: ${HOST}`, `Authorization: Bearer ${TOKEN}`, "", ""];
  for (const _ of [1, 2]) {
    client.send(...request);
    expect(await client.take(/^[\s\S]*?\r\n\r\n[\s\S]*}/)).toMatch(/^HTTP\/1.1 200/);
  }
  const asked = fixture.controller.asked.length;
  revoke(fixture, { user: "ada" });
  const other = await openSocket(fixture, OTHER_TOKEN).catch(() => undefined);
  expect(other).toBeUndefined();
  client.send(...request);
  expect(await client.take(/^[\s\S]*?\r\n\r\n/)).toMatch(/^HTTP\/1.1 403/);
  expect(fixture.controller.asked.length).toBe(asked + 2);
});

test("an open connection learns of what was revoked while there was no controller", async () => {
  await using fixture = await startWithTwo();
  const { controller, proxy } = fixture;
  const [ada, bob] = [await openSocket(fixture, TOKEN), await openSocket(fixture, OTHER_TOKEN)];
  await controller.lose();
  await waitFor("the loss to be noticed", () => !proxy.connected);
  await controller.listen();
  const before = controller.batches.length;
  await waitFor("what is open to be told", () =>
    controller.batches.slice(before).some(([first]) => first?.open === 2),
  );
  const closed = once(ada, "close");
  revoke(fixture, { user: "ada" });
  expect((await closed)[0]).toBe(1_008);
  expect(await isAlive(bob)).toBe(true);
  bob.close();
});
