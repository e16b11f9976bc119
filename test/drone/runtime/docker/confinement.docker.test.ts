import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Runtime, RuntimeEvent } from "../../../../drone/runtime/runtime.ts";
import { waitFor } from "../../../harness/wait-for.ts";
import { type DockerBench, openDockerBench } from "../docker-bench.ts";
import { ask, clear, scriptOn, specOn, waitForEnd } from "../runtime-bench.ts";

let bench: DockerBench;
let runtime: Runtime;

beforeAll(async () => {
  bench = await openDockerBench();
  runtime = bench.open(undefined, { allowedNetworks: ["bridge"] });
});
afterEach(() => clear(runtime));
afterAll(() => bench[Symbol.asyncDispose]());

/** Prints the first file that is there of each list: control groups have two layouts. */
function reader(files: Record<string, string[]>): string {
  return `
    const { existsSync, readFileSync } = require("node:fs");
    const read = (paths) => readFileSync(paths.find(existsSync), "utf8").trim();
    const files = Object.entries(${JSON.stringify(files)});
    console.log(JSON.stringify(Object.fromEntries(files.map(([name, paths]) => [name, read(paths)]))));`;
}

/** Answers GET /URL with "reached" or what went wrong, as the session sees it. */
const DIALLER = `
  require("node:http").createServer((request, response) => {
    const target = request.url.slice(1);
    if (target === "") return response.end("here");
    fetch("http://" + target, { signal: AbortSignal.timeout(1_500) }).then(
      () => response.end("reached"),
      (error) => response.end("failed: " + (error.cause?.code ?? error.name)),
    );
  }).listen(process.env.PORT);`;

async function printed(script: string, over = {}) {
  const spec = scriptOn(bench, script, over);
  await runtime.create(spec);
  await runtime.start(spec).catch(() => undefined);
  await waitForEnd(runtime, spec);
  const [line = ""] = await runtime.logTail(spec.backend_id, 1);
  return JSON.parse(line) as Record<string, string>;
}

test("a session can gain no privileges, and holds none but seven capabilities", async () => {
  const { status = "" } = await printed(reader({ status: ["/proc/self/status"] }));
  const fields = Object.fromEntries(status.split("\n").map((line) => line.split(/:\s+/)));
  expect(fields.NoNewPrivs).toBe("1");
  const held = BigInt(`0x${fields.CapBnd}`);
  const numbers = Array.from({ length: 64 }, (_, bit) => bit).filter(
    (bit) => (held >> BigInt(bit)) & 1n,
  );
  // CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID, SETUID and NET_BIND_SERVICE, by their kernel numbers.
  expect(numbers).toEqual([0, 1, 3, 5, 6, 7, 10]);
});

test("a session sees the limits that it was spawned with", async () => {
  const resources = { cpus: 0.5, memory_bytes: 96 * 1_048_576, pids: 77 };
  const seen = await printed(
    reader({
      pids: ["/sys/fs/cgroup/pids.max", "/sys/fs/cgroup/pids/pids.max"],
      memory: ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"],
      swap: ["/sys/fs/cgroup/memory.swap.max", "/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes"],
      cpu: ["/sys/fs/cgroup/cpu.max", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us"],
    }),
    { resources },
  );
  expect(seen).toMatchObject({ pids: "77", memory: String(resources.memory_bytes) });
  // Version 2 counts swap alone, version 1 memory and swap together.
  expect(["0", String(resources.memory_bytes)]).toContain(seen.swap);
  expect(seen.cpu).toMatch(/^50000( 100000)?$/);
});

test("a session that says nothing of processes gets 512", async () => {
  const paths = ["/sys/fs/cgroup/pids.max", "/sys/fs/cgroup/pids/pids.max"];
  expect(await printed(reader({ pids: paths }))).toEqual({ pids: "512" });
});

test("a session that outgrows its memory is told of as out of memory", async () => {
  const events: RuntimeEvent[] = [];
  const stop = new AbortController();
  const watching = runtime.watch((event) => events.push(event), stop.signal);
  await waitFor("the watch", () => events.length > 0);
  const hungry = "const eaten = []; for (;;) eaten.push(Buffer.alloc(1_048_576, 1));";
  const spec = scriptOn(bench, hungry, { resources: { memory_bytes: 64 * 1_048_576 } });
  await runtime.create(spec);
  await runtime.start(spec).catch(() => undefined);
  await waitFor("the end", () => events.find((event) => event.kind === "ended"));
  expect(await runtime.inspect(spec.backend_id)).toMatchObject({
    state: "ended",
    exitCode: 137,
    oomKilled: true,
  });
  stop.abort();
  await watching;
});

test("one session cannot reach another by its address", async () => {
  const one = await reachable(scriptOn(bench, DIALLER));
  const other = await reachable(scriptOn(bench, DIALLER));
  expect(await ask(one, `/${other.host}:${other.port}`)).toBe("failed: TimeoutError");
  expect(await ask(other, `/${one.host}:${one.port}`)).toBe("failed: TimeoutError");
});

test("a session has no IPv6 address, for which the Engine would close nothing", async () => {
  const { addresses } = await printed(reader({ addresses: ["/proc/net/if_inet6", "/dev/null"] }));
  expect(addresses).not.toContain("eth");
});

test("an image that is not here ends the create with createfailed, in the Engine's words", async () => {
  const create = runtime.create(specOn(bench, { image: bench.unknownImage }));
  await expect(create).rejects.toMatchObject({
    reason: "createfailed",
    message: expect.stringMatching(/^No such image: hangar\/no-such-image/),
  });
});

test("on a network that somebody allows instead, sessions reach each other", async () => {
  // Shows that the test before this one fails when the network lets traffic through.
  const one = await reachable(scriptOn(bench, DIALLER, { network: "bridge" }));
  const other = await reachable(scriptOn(bench, DIALLER, { network: "bridge" }));
  expect(await ask(one, `/${other.host}:${other.port}`)).toBe("reached");
});

async function reachable(spec: ReturnType<typeof specOn>) {
  await runtime.create(spec);
  const { address } = await runtime.start(spec);
  await waitFor("its first answer", () => ask(address, "/"));
  return address;
}

test("an image that exits at once has ended, with its exit code and its last lines", async () => {
  const command = [bench.node, "--no-such-option"];
  const spec = specOn(bench, { command });
  await runtime.create(spec);
  await runtime.start(spec).catch(() => undefined);
  expect(await waitForEnd(runtime, spec)).toMatchObject({ exitCode: 9, oomKilled: false });
  expect((await runtime.logTail(spec.backend_id, 20)).join("\n")).toContain("bad option");
});

test("a limit on the disk is passed on, or refused with createfailed where the driver has none", async () => {
  const spec = specOn(bench, { resources: { disk_bytes: 64 * 1_048_576 } });
  const refusal = await runtime.create(spec).catch((error) => error);
  const found = await bench.docker
    .getContainer(`hangar-${spec.backend_id}`)
    .inspect()
    .catch(() => undefined);
  expect(found?.HostConfig.StorageOpt ?? refusal).toEqual(
    found === undefined
      ? expect.objectContaining({
          reason: "createfailed",
          message: expect.stringContaining("storage-opt"),
        })
      : { size: "67108864" },
  );
});

test("a container of another's with the backend's name is left alone", async () => {
  const spec = specOn(bench);
  const other = await bench.docker.createContainer({
    name: `hangar-${spec.backend_id}`,
    Image: bench.image,
  });
  try {
    await expect(runtime.create(spec)).rejects.toMatchObject({
      reason: "createfailed",
      message: expect.stringContaining("taken"),
    });
    await runtime.remove(spec.backend_id);
    await expect(other.inspect()).resolves.toMatchObject({ State: { Status: "created" } });
  } finally {
    await other.remove();
  }
});

test("a backend without a command runs what its image says", async () => {
  const { command: _, ...plain } = specOn(bench);
  const address = await reachable(plain);
  expect(JSON.parse((await ask(address, "/hello")) ?? "")).toMatchObject({ url: "/hello" });
});
