import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { get as getSecure } from "node:https";
import { createServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { freePort } from "../../scripts/free-port.ts";
import { finished, runHangar, runInside, startHangar, type Variables } from "../cli/run-hangar.ts";
import { scrape } from "../harness/scrape.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { aCertificate } from "../harness/test-certificates.ts";
import { waitFor } from "../harness/wait-for.ts";

const SLOW = { timeout: 120_000 };
const PATIENCE_MS = 30_000;

/** Answers with its process id; the other app dies of its configuration. */
const APPS = {
  "pid/index.mjs": `import { createServer } from "node:http";
    createServer((_, response) => response.end(String(process.pid))).listen(process.env.PORT);
    // A test that fails half-way leaves nothing for long.
    setTimeout(() => process.exit(), 120_000);`,
  "pid/package.json": `{ "main": "index.mjs" }`,
  "broken/index.mjs": `console.log("reading the configuration"); console.error("there is none"); process.exit(3);`,
  "broken/package.json": `{ "main": "index.mjs" }`,
};

async function site(path: string): Promise<Variables> {
  for (const [file, content] of Object.entries(APPS)) {
    await mkdir(join(path, "apps", file, ".."), { recursive: true });
    await writeFile(join(path, "apps", file), content);
  }
  const port = await freePort();
  return {
    HANGAR_PORT: String(port),
    HANGAR_URL: `http://127.0.0.1:${port}`,
    HANGAR_PROXY_PORT: String(await freePort()),
    HANGAR_DATA_DIR: join(path, "data"),
    HANGAR_RUNTIME: "process",
    HANGAR_APPS_DIR: join(path, "apps"),
  };
}

/** A running `hangar up` that has shown its banner. */
async function up(env: Variables) {
  const child = startHangar(["up"], env);
  let shown = "";
  child.stdout?.on("data", (chunk) => {
    shown += chunk;
  });
  const end = finished(child);
  await waitFor(
    "the banner",
    () => shown.includes("Ctrl-C") || child.exitCode !== null,
    PATIENCE_MS,
  );
  return { banner: shown, stop: (signal: NodeJS.Signals) => stop(child, end, signal) };
}

async function stop(child: ChildProcess, end: ReturnType<typeof finished>, signal: NodeJS.Signals) {
  child.kill(signal);
  return await end;
}

/** A client command of this site; it needs no process of its own. */
async function use(env: Variables, ...args: string[]) {
  const { HANGAR_URL = "", HANGAR_DATA_DIR = "" } = env;
  return await runInside([...args, "--url", HANGAR_URL, "--data-dir", HANGAR_DATA_DIR]);
}

/** As a browser does it: the name of the host decides, and it is this machine. */
async function browse(url: string): Promise<string> {
  const { host, port, pathname } = new URL(url);
  const request = get({ host: "127.0.0.1", port, path: pathname, headers: { host } });
  const [response] = await once(request, "response");
  return await text(response);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test(
  "hangar up takes a session from its first connect over a restart to its end",
  SLOW,
  async () => {
    await using dir = await tempDir();
    const metricsPort = await freePort();
    const env: Variables = { ...(await site(dir.path)), HANGAR_METRICS_PORT: String(metricsPort) };
    const first = await up(env);
    expect(first.banner).toContain(`API        ${env.HANGAR_URL}`);
    expect(first.banner).toContain("● healthy");
    expect(first.banner).not.toContain("\u001b");
    const keyFile = join(dir.path, "data/keys/admin.key");
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);

    const connected = await runHangar(["connect", "--image", "pid", "--key", "doc", "--wait"], env);
    expect(connected).toMatchObject({ code: 0 });
    const url = connected.stdout.trim();
    const pid = Number(await browse(url));
    expect(isAlive(pid)).toBe(true);
    const again = await use(env, "connect", "--key", "doc", "--json");
    expect(JSON.parse(again.stdout)).toMatchObject({ spawned: false, status: "ready" });

    const told = await scrape(`http://127.0.0.1:${metricsPort}/metrics`);
    expect(told.value("hangar_controller_connects_total", { outcome: "spawned" })).toBe(1);
    expect(told.value("hangar_drone_backends", { status: "ready" })).toBe(1);
    expect(told.value("hangar_drone_guard_up")).toBe(1);
    expect(told.value("hangar_proxy_connected")).toBe(1);
    expect(told.metrics.filter(({ name }) => name === "process_open_fds")).toHaveLength(1);

    const broken = await use(env, "connect", "--image", "broken", "--wait");
    expect(broken).toMatchObject({ code: 3, stdout: "" });
    expect(broken.stderr).toContain("│ there is none");

    const firstEnd = await first.stop("SIGINT");
    expect(firstEnd.code).toBe(0);
    expect(firstEnd.stdout).toContain("1 backend runs on for 40s");
    expect(isAlive(pid)).toBe(true);

    const second = await up(env);
    expect(await browse(url)).toBe(String(pid));
    const ended = await use(env, "terminate", "--all", "--wait");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(isAlive(pid)).toBe(false);
    const secondEnd = await second.stop("SIGTERM");
    expect(secondEnd.code).toBe(0);
    expect(secondEnd.stdout).not.toContain("running;");
    // The log is for machines here; no secret stands in it.
    const logged = firstEnd.stderr + secondEnd.stderr;
    for (const line of logged.trim().split("\n")) JSON.parse(line);
    expect(logged).not.toMatch(/h(ct|ak|st|sec)_/);
    expect(logged).not.toContain((await readFile(keyFile, "utf8")).trim());
  },
);

test("hangar up with a certificate gives out URLs of HTTPS, and serves them", SLOW, async () => {
  await using dir = await tempDir();
  const { chain, key } = await aCertificate(["*.localhost"]);
  const [certFile, keyFile] = [join(dir.path, "tls.crt"), join(dir.path, "tls.key")];
  await writeFile(certFile, chain);
  await writeFile(keyFile, key);
  const plain = await site(dir.path);
  const env = { ...plain, HANGAR_TLS_CERT: certFile, HANGAR_TLS_KEY: keyFile };
  const running = await up(env);
  expect(running.banner).toContain("https://");
  const connected = await use(env, "connect", "--image", "pid", "--key", "doc", "--wait");
  const url = connected.stdout.trim();
  const { protocol, host, hostname, port, pathname } = new URL(url);
  expect(protocol).toBe("https:");
  const request = getSecure({
    ...{ host: "127.0.0.1", port, path: pathname, servername: hostname, ca: chain },
    headers: { host },
    // Node believes no wildcard right below a top-level name; browsers do.
    checkServerIdentity: () => undefined,
  });
  const [response] = await once(request, "response");
  expect(isAlive(Number(await text(response)))).toBe(true);
  expect(String(response.headers["set-cookie"])).toMatch(/^__Host-hangar=.*; Secure/);
  await use(env, "terminate", "--all", "--wait");
  expect((await running.stop("SIGTERM")).code).toBe(0);
});

test.each(["HANGAR_PORT", "HANGAR_PROXY_PORT"])(
  "hangar up says which port is in use, and exits 1 (%s)",
  SLOW,
  async (variable) => {
    await using dir = await tempDir();
    const env = await site(dir.path);
    const squatter = createServer().listen(Number(env[variable]), "127.0.0.1");
    await once(squatter, "listening");
    const { code, stderr } = await runHangar(["up", "--log-level", "silent"], env);
    squatter.close();
    expect(code).toBe(1);
    expect(stderr).toContain(String(env[variable]));
    expect(stderr).toContain("choose another port");
  },
);

test(
  "controller, drone and proxy run as separate processes, each with its own key",
  SLOW,
  async () => {
    await using dir = await tempDir();
    const env = await site(dir.path);
    const cluster = `localhost:${env.HANGAR_PROXY_PORT}`;
    const common = { ...env, HANGAR_CLUSTER: cluster, HANGAR_CONTROLLER: env.HANGAR_URL ?? "" };
    const controller = startHangar(["controller"], common);
    const controllerEnd = finished(controller);
    const keyFile = join(dir.path, "data/keys/proxy.key");
    await waitFor("the keys", () => stat(keyFile).catch(() => undefined), PATIENCE_MS);
    const drone = startHangar(["drone", "--name", "dr-a"], common);
    const proxy = startHangar(["proxy", "--port", env.HANGAR_PROXY_PORT ?? ""], common);
    const ends = [controllerEnd, finished(drone), finished(proxy)];
    const listed = await waitFor(
      "the drone",
      async () => {
        const { stdout } = await use(env, "drones", "--json");
        return stdout.includes(`"healthy":true`) ? stdout : undefined;
      },
      PATIENCE_MS,
    );
    expect(JSON.parse(listed)).toMatchObject([{ name: "dr-a", cluster, connected: true }]);
    const { stdout } = await use(env, "connect", "--image", "pid", "--wait", "--quiet");
    await waitFor(
      "the app's answer",
      async () => Number(await browse(stdout.trim()).catch(() => undefined)) > 0,
      PATIENCE_MS,
    );
    await use(env, "terminate", "--all", "--wait", "--hard");
    for (const child of [proxy, drone, controller]) child.kill("SIGTERM");
    expect((await Promise.all(ends)).map(({ code }) => code)).toEqual([0, 0, 0]);
  },
);
