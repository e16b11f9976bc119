import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { expect, test } from "vitest";
import { freePort } from "../../scripts/free-port.ts";
import { createClient, type HangarClient } from "../../src/client/client.ts";
import { finished, startHangar } from "../cli/run-hangar.ts";
import { endBackends } from "../harness/end-backends.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { waitFor } from "../harness/wait-for.ts";
import { aJamsocketHome, type JamsocketHome } from "./run-jamsocket.ts";

const PATIENCE_MS = 30_000;
/** Each run of the command is a process that loads all of it. */
const SLOW = { timeout: 180_000 };

/** Tells what it was given, and what reached it. */
const APP = `import { createServer } from "node:http";
  createServer(({ headers, url }, response) => {
    console.log("asked for " + url);
    const { GREETING } = process.env;
    response.end(JSON.stringify({ GREETING, url, headers }));
  }).listen(process.env.PORT);
  // A test that fails half-way leaves nothing for long.
  setTimeout(() => process.exit(), 120_000);`;

interface Site extends AsyncDisposable {
  url: string;
  key: string;
  cluster: string;
  client: HangarClient;
}

/** A running \`hangar up\`, without Docker, with an app called board. */
async function up(): Promise<Site> {
  const dir = await tempDir();
  await mkdir(join(dir.path, "apps/board"), { recursive: true });
  await writeFile(join(dir.path, "apps/board/index.mjs"), APP);
  await writeFile(join(dir.path, "apps/board/package.json"), `{ "main": "index.mjs" }`);
  const [port, proxyPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const running = startHangar(["up", "--runtime", "process"], {
    HANGAR_PORT: String(port),
    HANGAR_PROXY_PORT: String(proxyPort),
    HANGAR_DATA_DIR: join(dir.path, "data"),
    HANGAR_APPS_DIR: join(dir.path, "apps"),
  });
  const end = finished(running);
  const keyFile = join(dir.path, "data/keys/admin.key");
  const text = await waitFor(
    "the key",
    () => readFile(keyFile, "utf8").catch(() => ""),
    PATIENCE_MS,
  );
  const key = text.trim();
  const client = createClient({ url, key });
  const isUp = async () => (await client.listDrones()).some(({ healthy }) => healthy);
  await waitFor("a drone", () => isUp().catch(() => false), PATIENCE_MS);
  return {
    ...{ url, key, client, cluster: `localhost:${proxyPort}` },
    async [Symbol.asyncDispose]() {
      await endBackends(client);
      running.kill("SIGTERM");
      await end;
      await dir[Symbol.asyncDispose]();
    },
  };
}

/** What a connect prints, by its label. */
async function connect(home: JamsocketHome, ...args: string[]): Promise<Record<string, string>> {
  const { code, stdout, stderr } = await home.run("connect", ...args);
  expect(stderr).not.toContain("Error");
  expect(code).toBe(0);
  const lines = stdout.matchAll(/^([a-z ]+): +(\S+)$/gm);
  return Object.fromEntries([...lines].map(([, label = "", value = ""]) => [label, value]));
}

/** Runs a command that would go on, until it has shown what is waited for. */
async function untilShown(home: JamsocketHome, what: RegExp, ...args: string[]): Promise<void> {
  const child = home.start(...args);
  let shown = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      shown += chunk;
    });
  }
  await waitFor(`${what}`, () => what.test(shown) || child.exitCode !== null, PATIENCE_MS);
  expect(shown).toMatch(what);
  child.kill();
  await once(child, "close");
}

/** As a browser does it: the name of the host decides, and it is this machine. */
async function browse(url = ""): Promise<unknown> {
  const { host, port, pathname } = new URL(url);
  const [response] = await once(
    get({ host: "127.0.0.1", port, path: pathname, headers: { host } }),
    "response",
  );
  return await json(response);
}

/** The commands below `<!-- run: NAME -->`, for this site, on which the one app is called board. */
function commandsOf(document: string, name: string, { url, key }: Site): string {
  const block = new RegExp(`<!-- run: ${name} -->\n\`\`\`sh\n([\\s\\S]*?)\`\`\``);
  const script = block.exec(readFileSync(document, "utf8"))?.[1];
  if (script === undefined) throw new Error(`${document} has no commands named ${name}`);
  return script
    .replaceAll("http://127.0.0.1:8080", url)
    .replaceAll("$(cat ~/.hangar/keys/admin.key)", key)
    .replaceAll(/hangar\/(whiteboard|echo)/g, "board");
}

test(
  "the jamsocket command keeps services, connects to them, and looks after their backends",
  SLOW,
  async () => {
    await using site = await up();
    await using home = await aJamsocketHome(site.url);
    const run = async (...args: string[]) => {
      const done = await home.run(...args);
      expect(done).toMatchObject({ code: 0 });
      return done.stdout;
    };

    expect((await home.run("service", "list")).stderr).toContain("jamsocket login");
    expect((await home.run("login")).stderr).toContain("--token ACCOUNT.KEY");
    const begun = await home.shell(commandsOf("docs/moving-from-jamsocket.md", "jamsocket", site));
    expect(begun).toMatchObject({ code: 0 });
    expect(begun.stdout).toContain(`token as "acme"`);
    expect(begun.stdout).toMatch(/[a-z0-9]{14} .* acme +board .* doc-42/);
    expect(await home.config()).toEqual({
      api_token: { account: "acme", token: `acme.${site.key}` },
    });

    await Promise.all([
      run("service", "use-image", "board/staging", "-i", "local/board:next"),
      run("service", "create", "doomed"),
    ]);
    const bare = await home.run("connect", "doomed");
    expect(bare).toMatchObject({ code: 1 });
    expect(bare.stderr).toContain("NoImage");
    const [services, info, images] = await Promise.all([
      run("service", "list"),
      run("service", "info", "board"),
      run("images", "board"),
    ]);
    expect(services.split("\n")).toEqual(["board", "doomed", ""]);
    expect(info).toMatch(
      /account: acme[\s\S]*last spawn: less than[\s\S]*staging[\s\S]*local\/board:next/,
    );
    expect(images).toMatch(/ next +\S+ +local\/board/);

    const flags = ["-e", "GREETING=hi there", "-i", "60", "-l", "600", "-c", site.cluster];
    const who = ["-u", "ada", "-a", `{"role":"x"}`];
    const first = await connect(home, "board", "-k", "doc", ...flags, ...who);
    expect(first).toMatchObject({ spawned: "true", "backend status": "scheduled" });
    const id = first["backend id"] ?? "";
    expect(first["status url"]).toBe(`${site.url}/v2/backend/${id}/status`);
    expect(await browse(first["backend url"])).toMatchObject({
      GREETING: "hi there",
      url: "/",
      headers: {
        "x-verified-username": "ada",
        "x-verified-user-data": `{"role":"x"}`,
        "x-verified-backend": id,
      },
    });
    expect(await site.client.getBackend(id)).toMatchObject({
      key: { name: "doc", namespace: "acme/board" },
      max_idle_seconds: 60,
      grace_seconds: 30,
    });

    await Promise.all([
      untilShown(home, /asked for \//, "logs", id),
      untilShown(home, /\d+\.\d%\s+\d+\.\d\d [KM]iB\s+\d+\.\d\d GiB/, "backend", "metrics", id),
    ]);

    const [joined, second, unknown, broken] = await Promise.all([
      connect(home, "board", "-k", "doc", "--no-spawn"),
      connect(home, "board"),
      home.run("connect", "board", "-k", "nobody", "--no-spawn"),
      connect(home, "board", "-k", "broken", "-t", "v2"),
    ]);
    expect(joined).toMatchObject({ "backend id": id, spawned: "false" });
    expect(unknown).toMatchObject({ code: 1 });
    expect(unknown.stderr).toContain("KeyNotHeld");
    const other = second["backend id"] ?? "";
    const failed = broken["backend id"] ?? "";
    await site.client.statusStream(other)[Symbol.asyncIterator]().next();
    await waitFor(
      "the failure",
      async () => (await site.client.status(failed)).exit_error === false,
    );

    const [list, one, end] = await Promise.all([
      run("backend", "list"),
      run("backend", "info", id),
      run("backend", "info", failed),
    ]);
    expect(list).toMatch(new RegExp(`${id} .* acme +board +ready .* doc`));
    expect(list).toContain(other);
    expect(list).not.toContain(failed);
    expect(one).toMatch(/service: +board[\s\S]*image digest: board[\s\S]*key: +doc[\s\S]*ready/);
    expect(end).toMatch(/image digest: board:v2[\s\S]*terminated \(reason: none/);

    const [twice, ended] = await Promise.all([
      run("terminate", id, other),
      home.run("terminate", "-f", failed),
    ]);
    expect(twice.match(/Termination requested/g)).toHaveLength(2);
    expect(ended.stderr).toContain("already terminated");
    await waitFor("their end", async () => {
      const states = await Promise.all([id, other].map((each) => site.client.status(each)));
      return states.every(({ status }) => status === "terminated");
    });

    const plane = await home.shell(commandsOf("docs/moving-from-plane.md", "plane", site));
    const spawned = JSON.parse(plane.stdout);
    expect(spawned).toMatchObject({ spawned: true, subdomain: null });
    expect(await browse(spawned.url)).toMatchObject({ headers: { "x-verified-username": "ada" } });

    expect(await run("service", "delete", "doomed", "-y")).toContain("Deleted service: doomed");
    expect(await run("logout")).toContain("Logged out");
    expect(await home.config()).toBeUndefined();
  },
);
