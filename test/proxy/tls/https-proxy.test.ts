import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { connect, type IncomingHttpHeaders } from "node:http2";
import { request } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import { startProxy } from "../../../proxy/index.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { type TempDir, tempDir } from "../../harness/temp-dir.ts";
import { aCertificate } from "../../harness/test-certificates.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { ask } from "../harness/ask.ts";
import { type ProxyFixture, startFixture } from "../harness/proxy-fixture.ts";
import { BACKEND, routeTo, TOKEN } from "../harness/scripted-controller.ts";

const CLUSTER = "https://sessions.example.com:8443";
const HOST = `${BACKEND}.sessions.example.com:8443`;

interface HttpsFixture extends ProxyFixture {
  readonly ca: string;
}

const EXPIRES_AT = Date.UTC(2100, 0, 1);

async function startHttps(dir: TempDir, httpRedirectPort?: number): Promise<HttpsFixture> {
  const names = ["sessions.example.com", "*.sessions.example.com"];
  const { chain, key } = await aCertificate(names, { expiresAt: EXPIRES_AT });
  const files = { certFile: join(dir.path, "tls.crt"), keyFile: join(dir.path, "tls.key") };
  await writeFile(files.certFile, chain);
  await writeFile(files.keyFile, key);
  const fixture = await startFixture({
    cluster: CLUSTER,
    tls: { kind: "files", files: [files] },
    figures: { host: "127.0.0.1", port: 0 },
    ...(httpRedirectPort === undefined ? {} : { httpRedirectPort }),
  });
  fixture.controller.answer = () => routeTo(fixture.backend.port, { cluster: CLUSTER });
  return Object.assign(fixture, { ca: chain });
}

async function askHttps({ port, ca }: HttpsFixture, path: string, headers = {}) {
  const asked = request({
    host: "127.0.0.1",
    port,
    ca,
    path,
    servername: `${BACKEND}.sessions.example.com`,
    headers: { host: HOST, ...headers },
    agent: false,
  }).end();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

test("a backend is reached by HTTPS, is told so, and its cookie is kept to HTTPS", async () => {
  await using dir = await tempDir();
  await using fixture = await startHttps(dir);
  const heads: Record<string, unknown>[] = [];
  fixture.backend.onRequest = ({ headers }, response) => {
    heads.push(headers);
    response.end("hello");
  };
  const first = await askHttps(fixture, `/${TOKEN}/a`);
  expect(first).toMatchObject({ status: 200, body: "hello" });
  expect(heads[0]).toMatchObject({
    "x-forwarded-proto": "https",
    "x-forwarded-host": HOST,
    "x-forwarded-port": "8443",
  });
  const [cookie = ""] = first.headers["set-cookie"] ?? [];
  expect(cookie).toMatch(/^__Host-hangar=.*; Secure/);
  const headers = { cookie: cookie.split(";")[0], origin: `https://${HOST}` };
  expect(await askHttps(fixture, "/b", headers)).toMatchObject({ status: 200, body: "hello" });
  const foreign = { ...headers, origin: `http://${HOST}` };
  expect((await askHttps(fixture, "/b", foreign)).status).toBe(403);
});

test("a WebSocket goes through TLS, and is closed in order when the proxy leaves", async () => {
  await using dir = await tempDir();
  await using fixture = await startHttps(dir);
  const socket = new WebSocket(`wss://127.0.0.1:${fixture.port}/${TOKEN}/ws`, {
    ca: fixture.ca,
    servername: `${BACKEND}.sessions.example.com`,
    headers: { host: HOST },
  } as ClientOptions);
  await once(socket, "open");
  socket.send("over TLS");
  const [said] = await once(socket, "message");
  expect(String(said)).toContain("over TLS");
  const closed = once(socket, "close");
  await fixture.proxy[Symbol.asyncDispose]();
  expect((await closed)[0]).toBe(1001);
});

test("a browser that speaks HTTP/2 gets it, and its requests reach the backend as HTTP/1.1", async () => {
  await using dir = await tempDir();
  await using fixture = await startHttps(dir);
  const versions: string[] = [];
  fixture.backend.onRequest = (asked, response) => {
    versions.push(`${asked.httpVersion} ${asked.headers["x-forwarded-proto"]} ${asked.url}`);
    response.end("hello");
  };
  const session = connect(`https://127.0.0.1:${fixture.port}`, {
    ca: fixture.ca,
    servername: `${BACKEND}.sessions.example.com`,
  });
  const answers = await Promise.all(
    ["/a", "/b"].map(async (path) => {
      const stream = session.request({ ":authority": HOST, ":path": `/${TOKEN}${path}` });
      const [headers] = (await once(stream, "response")) as [IncomingHttpHeaders];
      return `${headers[":status"]} ${await text(stream)}`;
    }),
  );
  expect(session.alpnProtocol).toBe("h2");
  expect(answers).toEqual(["200 hello", "200 hello"]);
  expect(versions.sort()).toEqual(["1.1 https /a", "1.1 https /b"]);
  const goneAway = once(session, "goaway");
  await fixture.proxy[Symbol.asyncDispose]();
  await goneAway;
  session.destroy();
});

test("the figures tell when certificates expire, and count bytes as they go by the wire", async () => {
  await using dir = await tempDir();
  await using fixture = await startHttps(dir);
  fixture.backend.onRequest = (_request, response) => response.end("x".repeat(50_000));
  await askHttps(fixture, `/${TOKEN}/a`);
  const told = await ask(fixture.proxy.figuresPort ?? 0, { path: "/metrics" });
  const name = "hangar_proxy_certificate_expires_seconds";
  for (const each of ["sessions.example.com", "*.sessions.example.com"]) {
    expect(told.body).toContain(`${name}{name="${each}"} ${EXPIRES_AT / 1_000}\n`);
  }
  const bytesOf = (direction: string) =>
    Number(new RegExp(`bytes_total{direction="${direction}"} (\\d+)`).exec(told.body)?.[1]);
  expect(bytesOf("out")).toBeGreaterThan(50_000);
  expect(bytesOf("out")).toBeLessThan(60_000);
  expect(bytesOf("in")).toBeGreaterThan(500);
});

test("what is forged by HTTP/2 reaches no backend, however it is spelled", async () => {
  await using dir = await tempDir();
  await using fixture = await startHttps(dir);
  const session = connect(`https://127.0.0.1:${fixture.port}`, {
    ca: fixture.ca,
    servername: `${BACKEND}.sessions.example.com`,
  });
  const stream = session.request({
    ":authority": HOST,
    ":path": `/${TOKEN}/a`,
    "x-verified-username": "eve",
    x_verified_username: "eve",
    "x-verified_userdata": "eve",
    x_forwarded_for: "eve",
    "x-forwarded-for": "6.6.6.6",
    te: "trailers",
  });
  const { headers } = JSON.parse(await text(stream));
  expect(JSON.stringify(headers)).not.toMatch(/eve|6\.6\.6\.6/);
  expect(headers).not.toHaveProperty("te");
  expect(headers["x-forwarded-for"]).toBe("127.0.0.1");
  session.destroy();
});

test("what is large goes both ways whole", async () => {
  await using dir = await tempDir();
  await using fixture = await startHttps(dir);
  const large = Buffer.alloc(3_000_000, "0123456789");
  fixture.backend.onRequest = (asked, response) => void asked.pipe(response);
  const asked = request({
    host: "127.0.0.1",
    port: fixture.port,
    ca: fixture.ca,
    method: "POST",
    path: `/${TOKEN}/`,
    servername: `${BACKEND}.sessions.example.com`,
    headers: { host: HOST },
    agent: false,
  }).end(large);
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  expect((await text(response)) === large.toString()).toBe(true);
});

test("a new certificate in the files is what new clients see, and open ones stay", async () => {
  await using dir = await tempDir();
  await using fixture = await startHttps(dir);
  const next = await aCertificate(["*.sessions.example.com"]);
  await writeFile(join(dir.path, "tls.crt"), next.chain);
  await writeFile(join(dir.path, "tls.key"), next.key);
  const after = { ...fixture, ca: next.chain };
  await waitFor("the new one", () =>
    askHttps(after, "/health").then(
      ({ status }) => status === 200,
      () => false,
    ),
  );
  expect(fixture.proxy.certificates()).toMatchObject([{ names: ["*.sessions.example.com"] }]);
});

test("plain HTTP is sent to the port that HTTPS has", async () => {
  await using dir = await tempDir();
  await using fixture = await startHttps(dir, 0);
  const port = fixture.proxy.httpRedirectPort ?? 0;
  const answer = await ask(port, {
    path: "/x?y",
    headers: { host: `${BACKEND}.sessions.example.com` },
  });
  expect(answer).toMatchObject({ status: 301, headers: { location: `https://${HOST}/x?y` } });
});

test("a cluster of plain HTTP gets no TLS, and the error says what to do", async () => {
  await using dir = await tempDir();
  const { log } = recordingLog();
  const file = join(dir.path, "none");
  const start = startProxy(
    { clock: systemClock, log },
    {
      controllerUrl: "http://127.0.0.1:9",
      key: "k",
      name: "px-one",
      cluster: "sessions.example.com:8443",
      host: "127.0.0.1",
      port: 0,
      trustedProxies: [],
      tls: { kind: "files", files: [{ certFile: file, keyFile: file }] },
    },
  );
  await expect(start).rejects.toThrow("named https://sessions.example.com:8443");
});
