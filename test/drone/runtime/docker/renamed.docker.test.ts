import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Runtime } from "../../../../drone/runtime/runtime.ts";
import { type DockerBench, openDockerBench } from "../docker-bench.ts";
import { clear, runOn, specOn } from "../runtime-bench.ts";

let bench: DockerBench;
let runtime: Runtime;

beforeAll(async () => {
  bench = await openDockerBench();
  runtime = bench.open();
});
afterEach(() => clear(bench.open()));
afterAll(() => bench[Symbol.asyncDispose]());

/** As a person would by hand. */
async function rename(id: string) {
  const container = bench.docker.getContainer(`hangar-${id}`);
  await container.rename({ name: `mine-${id}` });
}

test("a container that was renamed is inspected and listed as before", async () => {
  const { id, location } = await runOn(runtime, specOn(bench));
  await rename(id);
  expect(await runtime.inspect(id)).toMatchObject({ id, state: "running", location });
  expect(await runtime.list()).toEqual([expect.objectContaining({ id, state: "running" })]);
  expect(await runtime.logTail(id, 20)).toEqual(["listening"]);
});

test("a container that was renamed is stopped and removed", async () => {
  const { id } = await runOn(runtime, specOn(bench));
  await rename(id);
  await runtime.stop(id, 10);
  expect(await runtime.inspect(id)).toMatchObject({ state: "ended", exitCode: 0 });
  await runtime.remove(id);
  await expect(bench.docker.getContainer(`mine-${id}`).inspect()).rejects.toThrow("No such");
});

test("a container that was renamed is killed", async () => {
  const { id } = await runOn(runtime, specOn(bench, { env: { MODE: "stubborn" } }));
  await rename(id);
  await runtime.kill(id);
  expect(await runtime.inspect(id)).toMatchObject({ state: "ended" });
});

test("a container that was renamed before its start is started", async () => {
  const spec = specOn(bench);
  await runtime.create(spec);
  await rename(spec.backend_id);
  expect(await runtime.start(spec)).toMatchObject({ address: { port: 8080 } });
});

test("a container that has taken the name of a renamed one is left alone", async () => {
  const { id } = await runOn(runtime, specOn(bench));
  await rename(id);
  const usurper = await bench.docker.createContainer({ name: `hangar-${id}`, Image: bench.image });
  try {
    await runtime.kill(id);
    await runtime.remove(id);
    expect(await runtime.inspect(id)).toBeUndefined();
    expect((await usurper.inspect()).State.Status).toBe("created");
  } finally {
    await usurper.remove();
  }
});

test("a neighbour's container is not found by its label", async () => {
  const { id } = await runOn(runtime, specOn(bench));
  await rename(id);
  const neighbour = bench.open("dr-neighbour");
  await neighbour.kill(id);
  expect(await neighbour.inspect(id)).toBeUndefined();
  expect(await runtime.inspect(id)).toMatchObject({ state: "running" });
});
