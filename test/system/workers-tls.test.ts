import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../scripts/free-port.ts";
import { type TempDir, tempDir } from "../harness/temp-dir.ts";
import { aCertificate } from "../harness/test-certificates.ts";
import { waitFor } from "../harness/wait-for.ts";
import { ask } from "../proxy/harness/ask.ts";
import { BACKEND, TOKEN_ID } from "../proxy/harness/scripted-controller.ts";
import {
  backendOf,
  certificateOf,
  getHttp2,
  getHttps,
  type HttpsAnswer,
  openHttp2,
  openWss,
} from "./https-client.ts";
import { startHttpsLoad } from "./https-load.ts";
import { PATIENCE_MS, startWorkerSite, type WorkerSite } from "./worker-site.ts";

const DOMAIN = "sessions.example.com";
const CLUSTER = `https://${DOMAIN}:8443`;
const HOST = backendOf(`${DOMAIN}:8443`);
/** More than one for each worker, as they have them in turn. */
const FOUR = [1, 2, 3, 4];

let dir: TempDir;
let site: WorkerSite;
let redirectPort: number;
let ca: string;

const place = () => ({ port: site.port, ca, host: HOST });

async function putCertificate(): Promise<void> {
  const { chain, key } = await aCertificate([DOMAIN, `*.${DOMAIN}`]);
  await writeFile(join(dir.path, "tls.crt"), chain);
  await writeFile(join(dir.path, "tls.key"), key);
  ca = chain;
}

beforeAll(async () => {
  dir = await tempDir();
  await putCertificate();
  redirectPort = await freePort();
  const files = ["--tls-cert", join(dir.path, "tls.crt"), "--tls-key", join(dir.path, "tls.key")];
  const words = [...files, "--http-redirect", String(redirectPort)];
  site = await startWorkerSite(words, { cluster: CLUSTER });
});

afterAll(async () => {
  await site[Symbol.asyncDispose]();
  await dir[Symbol.asyncDispose]();
});

test("by HTTPS and by HTTP/2 a backend is reached through every worker", async () => {
  const seen = ({ status, body }: HttpsAnswer) => {
    const { "x-forwarded-proto": proto, "x-forwarded-for": client } = JSON.parse(body).headers;
    return `${status} ${proto} ${client}`;
  };
  const one = await Promise.all(FOUR.map(() => getHttps(place())));
  const sessions = await Promise.all(FOUR.map(() => openHttp2(place())));
  expect(sessions.map(({ alpnProtocol }) => alpnProtocol)).toEqual(FOUR.map(() => "h2"));
  const two = await Promise.all(sessions.map((session) => getHttp2(session, place())));
  for (const session of sessions) session.destroy();
  const right = FOUR.map(() => "200 https 127.0.0.1");
  expect([one.map(seen), two.map(seen)]).toEqual([right, right]);
  // Each has asked for itself.
  expect(site.controller.asked).toHaveLength(2);
});

test("plain HTTP is sent to HTTPS, at one port for all workers", async () => {
  const question = { path: "/x?y", headers: { host: HOST } };
  const location = `https://${HOST}/x?y`;
  const got = await Promise.all(FOUR.map(() => ask(redirectPort, question)));
  for (const each of got) expect(each).toMatchObject({ status: 301, headers: { location } });
  const posted = await ask(redirectPort, { ...question, method: "POST", body: "z" });
  expect(posted).toMatchObject({ status: 308, headers: { location } });
});

test("a certificate that is replaced is replaced in every worker, and what is open stays", async () => {
  const socket = await openWss(place());
  const before = await certificateOf(place());
  await putCertificate();
  const isNew = () =>
    certificateOf(place()).then(
      ({ fingerprint256 }) => fingerprint256 !== before.fingerprint256,
      () => false,
    );
  await waitFor("the new one", async () => {
    const all = await Promise.all(FOUR.map(isNew));
    return !all.includes(false);
  });
  expect(site.log.split("certificates loaded anew")).toHaveLength(3);
  socket.send("still here");
  expect(String((await once(socket, "message"))[0])).toBe("still here");
  socket.terminate();
});

test("a rolling restart fails no request by HTTPS, on fresh connections, kept ones and HTTP/2", async () => {
  const before = await site.workerPids();
  const load = startHttpsLoad(place);
  await load.untilAsked(20);
  site.primary.kill("SIGUSR2");
  await waitFor("the restart", () => site.log.includes("all workers are new"), PATIENCE_MS);
  await load.untilAsked(20);
  const { failures, sessions } = await load.stop();
  expect(failures).toEqual([]);
  expect(sessions).toBeGreaterThan(1);
  const after = await site.workerPids();
  expect(after).toHaveLength(2);
  expect(after.filter((pid) => before.includes(pid))).toEqual([]);
});

test("WebSockets over TLS echo in every worker, and all close when their token is revoked", async () => {
  const { controller } = site;
  const sockets = await Promise.all(FOUR.map(() => openWss(place())));
  for (const socket of sockets) {
    socket.send("over TLS");
    expect(String((await once(socket, "message"))[0])).toBe("over TLS");
  }
  const closed = sockets.map(async (socket) => (await once(socket, "close"))[0]);
  controller.answer = () => ({ kind: "refused", code: "forbidden", message: "revoked" });
  const revocation = { backend_id: BACKEND, token_id: TOKEN_ID, generation: 3 };
  controller.push({ type: "tokens-revoked", revocation });
  expect(await Promise.all(closed)).toEqual([1_008, 1_008, 1_008, 1_008]);
  const refused = await Promise.all(FOUR.map(() => getHttps(place())));
  expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
});
