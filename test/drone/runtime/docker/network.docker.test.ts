import { afterEach, beforeEach, expect, test } from "vitest";
import { type DockerBench, openDockerBench } from "../docker-bench.ts";
import { clear, runOn, specOn } from "../runtime-bench.ts";

let bench: DockerBench;

beforeEach(async () => {
  bench = await openDockerBench();
});
afterEach(async () => {
  await clear(bench.open());
  await bench[Symbol.asyncDispose]();
});

async function networks() {
  // The filter finds every name that holds this one, so what was left of the making, too.
  return bench.docker.listNetworks({ filters: { name: [bench.network] } });
}

test("the network is made by whoever needs it first, and closed between sessions", async () => {
  expect(await networks()).toEqual([]);
  expect(await bench.open().health()).toMatchObject({ ok: true });
  expect(await networks()).toEqual([
    expect.objectContaining({
      Driver: "bridge",
      Options: { "com.docker.network.bridge.enable_icc": "false" },
      Labels: { "dev.hangar.network": bench.network, "dev.hangar.addresses": "rotated" },
    }),
  ]);
});

test("drones that make the network at the same time end up with one", async () => {
  const drones = Array.from({ length: 6 }, (_, n) => bench.open(`dr-${n}`));
  const healths = await Promise.all(drones.map((drone) => drone.health()));
  expect(healths.filter(({ ok }) => !ok)).toEqual([]);
  expect(await networks()).toHaveLength(1);
});

test("a network that vanished is made anew, even between create and start", async () => {
  const runtime = bench.open();
  const spec = specOn(bench);
  await runtime.create(spec);
  await bench.docker.getNetwork(bench.network).remove();
  const { address } = await runtime.start(spec);
  expect(address.port).toBe(8080);
  await clear(runtime);
  await bench.docker.getNetwork(bench.network).remove();
  await runOn(runtime, specOn(bench));
});

test("a network of that name that lets sessions reach each other is refused, and the drone unwell", async () => {
  await bench.docker.createNetwork({ Name: bench.network });
  const runtime = bench.open();
  const refusal = expect.stringContaining("would let sessions reach each other");
  await expect(runtime.create(specOn(bench))).rejects.toMatchObject({
    reason: "createfailed",
    message: refusal,
  });
  expect(await runtime.health()).toMatchObject({ ok: false, error: refusal });
});

test("a network that the drone allows, but the machine does not have, ends with createfailed", async () => {
  const runtime = bench.open(undefined, { allowedNetworks: ["no-such-network"] });
  const create = runtime.create(specOn(bench, { network: "no-such-network" }));
  await expect(create).rejects.toMatchObject({
    reason: "createfailed",
    message: expect.stringContaining("no-such-network"),
  });
});

test("a container whose network was taken from it hides no other, and is asked after again later", async () => {
  const runtime = bench.open();
  const cutOff = await runOn(runtime, specOn(bench));
  const other = await runOn(runtime, specOn(bench));
  const network = bench.docker.getNetwork(bench.network);
  await network.disconnect({ Container: `hangar-${cutOff.id}` });
  expect((await runtime.list()).map(({ id }) => id)).toEqual([other.id]);
  await expect(runtime.inspect(cutOff.id)).rejects.toThrow("has no address");
  await runtime.kill(cutOff.id);
  expect(await runtime.inspect(cutOff.id)).toMatchObject({ state: "ended" });
});
