import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import Docker from "dockerode";
import { expect, onTestFinished, test } from "vitest";
import { getPage } from "../../scripts/localhost.ts";
import type { DevEvent } from "../../src/cli/dev/dev-event.ts";
import { createClient, type HangarClient } from "../../src/client/client.ts";
import { startHangar } from "../cli/run-hangar.ts";
import { hangarWords } from "../harness/hangar-command.ts";
import { type TempDir, tempDir } from "../harness/temp-dir.ts";
import { waitFor } from "../harness/wait-for.ts";

const docker = new Docker();
const PATIENCE_MS = 30_000;
const LONG = { timeout: 120_000 };

const DOCKERFILE = `FROM hangar/echo
COPY . /app/dev/
CMD ["/usr/bin/node", "/app/dev/server.js"]
`;
/** Says what its code and its text are, and prints each request. */
const SERVER = `
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
const text = () => readFileSync("/app/dev/src/text.txt", "utf8");
createServer((request, response) => {
  console.log("asked for", request.method);
  response.end("first " + process.env.GREETING + " " + text());
}).listen(process.env.PORT);
`;

/** A project whose base image is the example's, as no registry is at hand. */
async function makeProject(): Promise<TempDir> {
  const dir = await tempDir();
  const path = (name: string) => join(dir.path, "app", name);
  await mkdir(path("src"), { recursive: true });
  await writeFile(path("Dockerfile"), DOCKERFILE);
  await writeFile(path("server.js"), SERVER);
  await writeFile(path("package.json"), '{"type": "module"}');
  await writeFile(path("src/text.txt"), "one");
  await writeFile(path(".dockerignore"), "*.log\n");
  const config = { env: { GREETING: "hello" }, spawn: { grace_seconds: 1 } };
  await writeFile(path("hangar.config.json"), JSON.stringify(config));
  return dir;
}

/** Everything that a project has on the Engine, but for its newest image. */
async function leftOf(dataDir: string): Promise<string[]> {
  const id = dataDir.slice(-8);
  const filters = { label: [`dev.hangar.drone=dr-dev-${id}`] };
  const containers = await docker.listContainers({ all: true, filters });
  const networks = await docker.listNetworks({ filters: { name: [`hangar-dev-${id}`] } });
  return [...containers.map(({ Id }) => Id), ...networks.map(({ Name }) => Name)];
}

async function tagsOf(repository: string): Promise<string[]> {
  const images = await docker.listImages({ filters: { reference: [repository] } });
  return images.flatMap(({ RepoTags }) => RepoTags ?? []);
}

async function removeImages(repository: string): Promise<void> {
  for (const tag of await tagsOf(repository)) await docker.getImage(tag).remove({ force: true });
}

/** Listens there, unless somebody does already. */
async function takePort(port: number): Promise<AsyncDisposable> {
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening").catch(() => undefined);
  return { [Symbol.asyncDispose]: async () => void server.close() };
}

/** `hangar dev --json`: what it tells, as it comes. */
function listen(child: ChildProcess) {
  const events: DevEvent[] = [];
  if (child.stdout === null) throw new Error("started without pipes");
  createInterface(child.stdout).on("line", (line) => events.push(JSON.parse(line)));
  child.stderr?.on("data", (text) => process.stderr.write(text));
  const next = <E extends DevEvent["event"]>(
    event: E,
    fits: (event: Extract<DevEvent, { event: E }>) => boolean = () => true,
  ) => {
    const from = events.length;
    const isIt = (each: DevEvent): each is Extract<DevEvent, { event: E }> =>
      each.event === event && fits(each as Extract<DevEvent, { event: E }>);
    const now = async () => {
      try {
        return await waitFor(event, () => events.slice(from).find(isIt), PATIENCE_MS);
      } catch (error) {
        throw new Error(`no ${event} among ${JSON.stringify(events.slice(from))}`, {
          cause: error,
        });
      }
    };
    return { now };
  };
  return { events, next };
}

async function clientOf({ api_url, admin_key_file }: Extract<DevEvent, { event: "up" }>) {
  const key = await readFile(admin_key_file, "utf8");
  return createClient({ url: api_url, key: key.trim() });
}

async function open(client: HangarClient): Promise<{ id: string; text: string }> {
  const { backend_id: id, url } = await client.connect({ key: { name: "doc" }, wait: "ready" });
  return { id, text: (await getPage(url)).text };
}

test("follows a project's changes, and nobody is led to code that has changed", LONG, async () => {
  await using dir = await makeProject();
  const file = (name: string) => join(dir.path, "app", name);
  const flags = ["--json", "--sync", "src:/app/dev/src", "--data-dir", dir.path];
  const env = { PATH: process.env.PATH ?? "" };
  const child = startHangar(["dev", join(dir.path, "app"), ...flags], env);
  const { events, next } = listen(child);
  const up = await next("up").now();
  onTestFinished(() => removeImages("hangar-dev/app"));
  const client = await clientOf(up);

  // The image is still being built: who connects waits for it.
  const first = await open(client);
  expect(first.text).toBe("first hello one");
  await waitFor("its log", () =>
    events.some((event) => event.event === "log" && event.line === "asked for GET"),
  );

  const synced = next("synced");
  const followed = next("built");
  await writeFile(file("src/text.txt"), "two");
  expect(await synced.now()).toMatchObject({ files: ["src/text.txt"], backends: [first.id] });
  expect(await open(client)).toEqual({ id: first.id, text: "first hello two" });
  // The image follows, so that the next backend has the files as well.
  expect(await followed.now()).toMatchObject({ is_new: true });

  const replaced = next("replaced");
  await writeFile(file("server.js"), SERVER.replace("first", "second"));
  expect(await replaced.now()).toMatchObject({ backends: [first.id] });
  const second = await open(client);
  expect(second.text).toBe("second hello two");
  expect(second.id).not.toBe(first.id);

  const failed = next("build-failed");
  await appendFile(file("Dockerfile"), 'RUN ["/usr/bin/node", "-e", "console.log(`no luck`);x"]');
  await failed.now();
  await expect(client.connect({ key: { name: "doc" } })).rejects.toMatchObject({
    code: "build-failed",
    message: expect.stringMatching(/could not be built[\s\S]*ReferenceError: x is not defined/),
  });
  const mended = next("built");
  await writeFile(file("Dockerfile"), DOCKERFILE);
  expect(await mended.now()).toMatchObject({ is_new: false });
  expect(await open(client)).toMatchObject({ id: second.id });

  // As Jamsocket's clients ask: whatever the service, it is this project's image.
  const asked = await fetch(`${up.api_url}/v2/service/me/board/connect`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${(await readFile(up.admin_key_file, "utf8")).trim()}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ key: "doc", spawn: { tag: "nightly" } }),
  });
  const theirs = (await asked.json()) as { backend_id: string };
  expect(theirs).toMatchObject({ spawned: true });
  expect((await client.getBackend(theirs.backend_id)).image).toMatch(/^hangar-dev\/app:/);

  const started = events.filter(({ event }) => event === "build-started").length;
  await writeFile(file("a.log"), "left out");
  child.kill("SIGINT");
  const [code] = await once(child, "close");
  expect(code).toBe(0);
  expect(events.filter(({ event }) => event === "build-started")).toHaveLength(started);
  expect(events.at(-1)).toMatchObject({ event: "stopped" });
  expect(await leftOf(up.data_dir)).toEqual([]);
  expect(await tagsOf("hangar-dev/app")).toHaveLength(1);
});

test(
  "in a terminal, a footer shows the backends, keys act, and q leaves nothing",
  LONG,
  async () => {
    await using dir = await makeProject();
    await writeFile(join(dir.path, "app/hangar.config.json"), '{"name": "hangar-dev/pty"}');
    onTestFinished(() => removeImages("hangar-dev/pty"));
    // As another project would, which was started first.
    await using _taken = await takePort(8_080);
    const hangar = ["node", ...hangarWords()].join(" ");
    const command = `${hangar} dev ${dir.path}/app --data-dir ${dir.path}`;
    const sized = `stty rows 40 cols 160; exec ${command}`;
    const child = spawn("script", ["-qefc", sized, "/dev/null"], { stdio: ["pipe", "pipe", 2] });
    onTestFinished(() => void child.kill("SIGKILL"));
    const said: string[] = [];
    const { stdin } = child;
    child.stdout?.on("data", (text) => said.push(String(text)));
    const shown = () => said.join("");
    const since = (from: number) => said.slice(from).join("");
    await waitFor("an image", () => shown().includes("Ready: hangar-dev/pty:"), PATIENCE_MS);
    expect(shown()).toContain("No backend runs; a connect spawns one.");

    const [, apiUrl = ""] = /--url (\S+)/.exec(shown()) ?? [];
    expect(apiUrl).not.toContain(":8080");
    const [, dataDir = ""] = /--data-dir (\S+)/.exec(shown()) ?? [];
    const admin_key_file = join(dataDir, "keys/admin.key");
    const up = { event: "up", api_url: apiUrl, admin_key_file, data_dir: dataDir } as const;
    const client = await clientOf({ ...up, dir: "", cluster: "" });
    const { backend_id: id } = await client.connect({ key: { name: "doc" }, wait: "ready" });
    await waitFor("its row", () => new RegExp(`${id}.*● ready.*doc.*http://${id}`).test(shown()));

    const beforeBuild = said.length;
    stdin?.write("b");
    await waitFor("the build", () => since(beforeBuild).includes("Nothing new in"));
    const beforeEnd = said.length;
    stdin?.write("t");
    await waitFor("its end", () => since(beforeEnd).includes("No backend runs"), PATIENCE_MS);
    expect((await client.status(id)).status).toBe("terminated");
    await client.connect({ key: { name: "doc" } });
    stdin?.write("q");
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
    expect(shown()).toContain("nothing runs any more");
    expect(await leftOf(dataDir)).toEqual([]);
  },
);
