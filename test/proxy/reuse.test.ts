import { describe, expect, test } from "vitest";
import { waitFor } from "../harness/wait-for.ts";
import { type EchoBackend, type Seen, startEchoBackend } from "./harness/echo-backend.ts";
import { HOST, type ProxyFixture, startFixture } from "./harness/proxy-fixture.ts";
import { connectRaw, type RawPeer } from "./harness/raw-peer.ts";
import {
  BACKEND,
  NOT_FOUND,
  OTHER_TOKEN,
  routeTo,
  TOKEN,
  TOKEN_ID,
} from "./harness/scripted-controller.ts";

/** A browser's connection, on which every request has the very same header lines. */
const LINES = [`Host: ${HOST}`, `Cookie: hangar=${TOKEN}`, "Accept: */*", "", ""];

async function ask(client: RawPeer, path: string, lines = LINES) {
  client.send(`GET ${path} HTTP/1.1`, ...lines);
  const head = await client.takeHead();
  const status = Number(head.split(" ")[1]);
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const body = await waitFor("the body", () =>
    client.received.length >= length ? { all: client.received } : undefined,
  );
  client.received = body.all.slice(length);
  return { head, status, body: body.all.slice(0, length) };
}

async function seen(client: RawPeer, path: string, lines = LINES): Promise<Seen> {
  const { status, body } = await ask(client, path, lines);
  expect(status).toBe(200);
  return JSON.parse(body) as Seen;
}

/** The echo with a length, so that a raw client knows where it ends. */
function echoWithLength(backend: EchoBackend, name: string): void {
  backend.onRequest = ({ url, headers }, response) => {
    const body = JSON.stringify({ url, headers, name });
    response.setHeader("content-length", Buffer.byteLength(body));
    response.end(body);
  };
}

async function startConnection(fixture: ProxyFixture): Promise<RawPeer> {
  echoWithLength(fixture.backend, "first");
  const client = await connectRaw(fixture.port);
  await seen(client, "/1");
  await seen(client, "/2");
  expect(fixture.controller.asked).toHaveLength(1);
  return client;
}

describe.each(["direct", "http-proxy"] as const)("equal heads on one connection (%s)", (engine) => {
  test("each have their own request id and path", async () => {
    await using fixture = await startFixture({ engine });
    const client = await startConnection(fixture);
    const ids = new Set<string | undefined>();
    for (const path of ["/a?q=1", "/b%20c", "/a?q=1"]) {
      const { url, headers } = await seen(client, path);
      expect(url).toBe(path);
      expect(headers["x-verified-path"]).toBe(path.split("?")[0]);
      expect(headers["x-verified-username"]).toBe("ada");
      expect(headers.cookie).toBeUndefined();
      ids.add(headers["x-request-id"]);
    }
    expect(ids.size).toBe(3);
  });

  test("stop at once when their backend goes", async () => {
    await using fixture = await startFixture({ engine });
    const client = await startConnection(fixture);
    fixture.controller.answer = () => NOT_FOUND;
    fixture.controller.push({
      type: "backend-changed",
      backend_id: BACKEND,
      status: "terminating",
    });
    const { status } = await waitFor("the refusal", async () => {
      const reply = await ask(client, "/3");
      return reply.status === 200 ? undefined : reply;
    });
    expect([404, 410]).toContain(status);
    expect((await ask(client, "/4")).status).toBe(404);
  });

  test("stop when their token expires", async () => {
    await using fixture = await startFixture({ engine });
    fixture.controller.answer = () =>
      routeTo(fixture.backend.port, {
        access: {
          kind: "connection",
          token_id: TOKEN_ID,
          generation: 0,
          expires_in_ms: 400,
          user: "ada",
          auth: {},
          secret: "hsec_secret",
        },
      });
    const client = await startConnection(fixture);
    const refused = await waitFor("the refusal", async () => {
      const reply = await ask(client, "/3");
      return reply.status === 200 ? undefined : reply;
    });
    expect(refused.status).toBe(403);
  });

  test("follow their backend to another address", async () => {
    await using fixture = await startFixture({ engine });
    await using other = await startEchoBackend();
    echoWithLength(other, "second");
    const client = await startConnection(fixture);
    fixture.controller.push({
      type: "backend-changed",
      backend_id: BACKEND,
      status: "ready",
      address: { host: "127.0.0.1", port: other.port },
    });
    await waitFor("the other backend", async () => {
      const { body } = await ask(client, "/3");
      return body.includes('"name":"second"');
    });
    expect((await ask(client, "/4")).body).toContain('"name":"second"');
  });

  test("are looked up again after a lost connection to the controller", async () => {
    await using fixture = await startFixture({ engine });
    const client = await startConnection(fixture);
    await fixture.controller.lose();
    expect((await ask(client, "/without")).status).toBe(200);
    fixture.controller.answer = () => NOT_FOUND;
    await fixture.controller.listen();
    await waitFor("the new connection", () => fixture.controller.connections === 2);
    await waitFor("the new answer", async () => (await ask(client, "/3")).status === 404);
  });

  test("with another token in the path are another's", async () => {
    await using fixture = await startFixture({ engine });
    echoWithLength(fixture.backend, "first");
    fixture.controller.answer = ({ token }) =>
      token === TOKEN ? routeTo(fixture.backend.port) : NOT_FOUND;
    const client = await connectRaw(fixture.port);
    const cookieless = [`Host: ${HOST}`, "", ""];
    const cluster = ["Host: localhost:9090", "", ""];
    for (const lines of [cookieless, cluster]) {
      expect((await seen(client, `/${TOKEN}/a`, lines)).url).toBe("/a");
      expect((await seen(client, `/${TOKEN}/b`, lines)).url).toBe("/b");
      expect((await ask(client, `/${OTHER_TOKEN}/a`, lines)).status).toBe(404);
    }
  });

  test("do not carry the proxy's own endpoints to a backend", async () => {
    await using fixture = await startFixture({ engine });
    const client = await startConnection(fixture);
    expect((await ask(client, "/health")).body).toBe('{"status":"ok"}\n');
    expect((await ask(client, "/ready?x")).body).toBe('{"status":"ready"}\n');
  });

  test("are told of as activity", async () => {
    await using fixture = await startFixture({ engine });
    const client = await startConnection(fixture);
    await waitFor("silence", () => fixture.controller.batches.at(-1)?.length === 0);
    const told = fixture.controller.activity.length;
    await seen(client, "/3");
    await waitFor("the report", () => fixture.controller.activity.length > told);
  });
});
