import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Runtime } from "../../../../drone/runtime/runtime.ts";
import { newBackendId } from "../../../../src/protocol/ids.ts";
import { type DockerBench, openDockerBench } from "../docker-bench.ts";
import { ask, clear, runOn, specOn } from "../runtime-bench.ts";

let bench: DockerBench;

beforeAll(async () => {
  bench = await openDockerBench();
});
afterEach(() => clear(bench.open()));
afterAll(() => bench[Symbol.asyncDispose]());

async function bindingsOf(id: string) {
  const { NetworkSettings } = await bench.docker.getContainer(`hangar-${id}`).inspect();
  return Object.values(NetworkSettings.Ports ?? {}).flatMap((bindings) => bindings ?? []);
}

test("nothing is published where the container's own address can be reached", async () => {
  const { id, location } = await runOn(bench.open(), specOn(bench));
  expect(await bindingsOf(id)).toEqual([]);
  expect(location).toEqual({
    address: { host: expect.stringMatching(/^\d+\./), port: 8080 },
    handle: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test("an advertised address is the only one at which a backend is published", async () => {
  const runtime = bench.open(undefined, { advertise: "127.0.0.2" });
  const { id, location } = await runOn(runtime, specOn(bench));
  expect(await bindingsOf(id)).toEqual([
    { HostIp: "127.0.0.2", HostPort: String(location.address.port) },
  ]);
  expect(location.address.host).toBe("127.0.0.2");
  expect(location.bridgeAddress).toEqual({ host: expect.stringMatching(/^\d+\./), port: 8080 });
  expect(await ask(location.address, "/")).toBeDefined();
  expect(await ask(location.bridgeAddress ?? location.address, "/")).toBeDefined();
  expect(await ask({ ...location.address, host: "127.0.0.1" }, "/")).toBeUndefined();
  expect(await bench.open().inspect(id)).toMatchObject({ location });
});

test("an address that the machine does not have ends with startfailed", async () => {
  const runtime = bench.open(undefined, { advertise: "192.0.2.1" });
  const spec = specOn(bench);
  await runtime.create(spec);
  await expect(runtime.start(spec)).rejects.toMatchObject({
    reason: "startfailed",
    message: expect.stringContaining("192.0.2.1"),
  });
});

test("where the bridge is not on this machine, a backend is published on loopback alone", async () => {
  const network = `hangar-test-${newBackendId()}`;
  // As with Docker Desktop, nothing here has the gateway's address.
  const elsewhere = await bench.docker.createNetwork({
    Name: network,
    Options: { "com.docker.network.bridge.inhibit_ipv4": "true" },
  });
  const runtime: Runtime = bench.open(undefined, { allowedNetworks: [network] });
  const spec = specOn(bench, { network });
  try {
    await runtime.create(spec);
    const { address, bridgeAddress } = await runtime.start(spec);
    expect(await bindingsOf(spec.backend_id)).toEqual([
      { HostIp: "127.0.0.1", HostPort: String(address.port) },
    ]);
    expect(address.host).toBe("127.0.0.1");
    expect(bridgeAddress).toBeUndefined();
  } finally {
    await clear(runtime);
    await elsewhere.remove();
  }
});
