import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newNodeName } from "../../src/protocol/ids.ts";
import { openDockerBench } from "../drone/runtime/docker-bench.ts";
import { scriptOn, waitForEnd } from "../drone/runtime/runtime-bench.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { waitFor } from "../harness/wait-for.ts";
import { aSite, liveOnce } from "./whole-life.ts";

test("a container is spawned, routed to, counted as used and ended, and tells each of its states in order", async () => {
  await using bench = await openDockerBench();
  const name = newNodeName("dr");
  const runtime = { name: "docker", network: bench.network, allowedNetworks: [] } as const;
  await using site = await aSite(name, runtime);
  await liveOnce(site, bench.image);
  const filters = { label: [`dev.hangar.drone=${name}`] };
  await waitFor("nothing to be left", async () => {
    return (await bench.docker.listContainers({ all: true, filters })).length === 0;
  });
});

const WRITER = `require("node:fs").writeFileSync("/data/note", process.env.SESSION_BACKEND_ID)`;

test("a mount of a path and one of the key make their folders below the drone's base", async () => {
  await using bench = await openDockerBench();
  await using base = await tempDir();
  const runtime = bench.open(undefined, { mountBase: base.path });
  const folders = { true: join(base.path, "team", "doc%2F1"), path: join(base.path, "shared/one") };
  for (const [mount, folder] of [
    [true, folders.true],
    ["shared/one", folders.path],
  ] as const) {
    const spec = scriptOn(bench, WRITER, { mount });
    await runtime.create(spec);
    await runtime.start(spec).catch(() => undefined);
    expect(await waitForEnd(runtime, spec)).toMatchObject({ exitCode: 0 });
    expect(await readFile(join(folder, "note"), "utf8")).toBe(spec.backend_id);
    await runtime.remove(spec.backend_id);
  }
  expect((await readdir(base.path)).sort()).toEqual(["shared", "team"]);
});
