import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { type RequestOptions, request } from "node:http";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { ensureCommand } from "../../scripts/debian.ts";
import { freePort } from "../../scripts/free-port.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { waitFor } from "../harness/wait-for.ts";
import type { Seen } from "../proxy/harness/echo-backend.ts";
import { HOST, startFixture } from "../proxy/harness/proxy-fixture.ts";
import { TOKEN } from "../proxy/harness/scripted-controller.ts";

const INSTALL_MS = 300_000;
/** Of this machine, and not HAProxy's own. */
const CLIENT = "127.0.0.5";
const BEHIND = { proxyProtocol: true, trustedProxies: ["127.0.0.1"] };

beforeAll(() => ensureCommand("haproxy", "haproxy"), INSTALL_MS);

/** HAProxy as TCP load balancer before a port, which it also looks after. */
async function startHaproxy(serverWords: string, serverPort: number) {
  const dir = await tempDir();
  const port = await freePort();
  const config = `
    defaults
      mode tcp
      timeout connect 5s
      timeout client 30s
      timeout server 30s
    frontend clients
      bind 127.0.0.1:${port}
      default_backend hangar
    backend hangar
      server proxy 127.0.0.1:${serverPort} ${serverWords}
  `;
  const file = join(dir.path, "haproxy.cfg");
  await writeFile(file, `${config.replace(/^ {4}/gm, "")}\n`);
  const child = spawn("haproxy", ["-db", "-f", file], { stdio: "ignore" });
  return {
    port,
    async [Symbol.asyncDispose]() {
      await end(child);
      await dir[Symbol.asyncDispose]();
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function seenThrough(port: number): Promise<Seen> {
  const options: RequestOptions = {
    ...{ host: "127.0.0.1", port, localAddress: CLIENT, agent: false },
    ...{ path: `/${TOKEN}/`, headers: { host: HOST } },
  };
  return await new Promise((resolve, reject) => {
    const asked = request(options, (response) =>
      json(response).then((body) => resolve(body as Seen), reject),
    );
    asked.once("error", reject);
    asked.end();
  });
}

test.each(["send-proxy-v2", "send-proxy-v2 check inter 100", "send-proxy"])(
  "behind HAProxy with %s a backend is told the true client, and WebSockets open",
  async (serverWords) => {
    await using fixture = await startFixture(BEHIND);
    await using haproxy = await startHaproxy(serverWords, fixture.port);
    const seen = await waitFor("HAProxy", () => seenThrough(haproxy.port).catch(() => undefined));
    expect(seen.headers["x-forwarded-for"]).toBe(CLIENT);
    const socket = new WebSocket(`ws://127.0.0.1:${haproxy.port}/${TOKEN}/`, {
      headers: { host: HOST },
      localAddress: CLIENT,
    });
    await once(socket, "open");
    socket.send("hello");
    expect(String((await once(socket, "message"))[0])).toBe("hello");
    socket.terminate();
  },
);

test("HAProxy's clients are limited by their own addresses", async () => {
  await using fixture = await startFixture({ ...BEHIND, maxConnectionsPerAddress: 1 });
  await using haproxy = await startHaproxy("send-proxy-v2", fixture.port);
  await waitFor("HAProxy", () => seenThrough(haproxy.port).catch(() => undefined));
  const open = async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${haproxy.port}/${TOKEN}/`, {
      headers: { host: HOST },
      localAddress: CLIENT,
    });
    await once(socket, "open");
    return socket;
  };
  // The proxy may hear later than we that what asked before has gone.
  const socket = await waitFor("the one place", () => open().catch(() => undefined));
  await expect(seenThrough(haproxy.port)).rejects.toThrow();
  socket.terminate();
});
