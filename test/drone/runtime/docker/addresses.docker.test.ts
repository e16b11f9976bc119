import type { NetworkInspectInfo } from "dockerode";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nextAddress } from "../../../../drone/runtime/docker/next-address.ts";
import type { Runtime } from "../../../../drone/runtime/runtime.ts";
import { newBackendId } from "../../../../src/protocol/ids.ts";
import { type DockerBench, openDockerBench } from "../docker-bench.ts";
import { clear, runOn, specOn } from "../runtime-bench.ts";

let bench: DockerBench;
const foreign: string[] = [];

beforeEach(async () => {
  bench = await openDockerBench();
});
afterEach(async () => {
  for (const id of foreign.splice(0)) await bench.docker.getContainer(id).remove({ force: true });
  await clear(bench.open());
  await bench[Symbol.asyncDispose]();
});

/** Runs a backend to its end, and says where it was. */
async function visit(runtime: Runtime, spec = specOn(bench)): Promise<string> {
  await runtime.create(spec);
  const { address } = await runtime.start(spec);
  await runtime.kill(spec.backend_id);
  await runtime.remove(spec.backend_id);
  return address.host;
}

async function createOn(runtime: Runtime) {
  const spec = specOn(bench);
  await runtime.create(spec);
  return spec;
}

async function subnet(): Promise<string> {
  const network: NetworkInspectInfo = await bench.docker.getNetwork(bench.network).inspect();
  return network.IPAM?.Config?.[0]?.Subnet ?? "";
}

/** The address that follows in the subnet. */
async function following(address: string): Promise<string> {
  const [base = ""] = (await subnet()).split("/");
  const place = toNumber(address) - toNumber(base) - 1;
  const found = nextAddress({ subnet: await subnet(), taken: new Set() }, place);
  return found?.address ?? "";
}

function toNumber(address: string): number {
  return address.split(".").reduce((number, octet) => number * 256 + Number(octet), 0);
}

/** Somebody else's container, at an address of its own choice. */
async function occupy(address: string): Promise<void> {
  const container = await bench.docker.createContainer({
    Image: bench.image,
    HostConfig: { NetworkMode: bench.network },
    NetworkingConfig: {
      EndpointsConfig: { [bench.network]: { IPAMConfig: { IPv4Address: address } } },
    },
  });
  foreign.push(container.id);
  await container.start();
}

async function remakeNetwork(options: { subnet?: string }) {
  const network = bench.docker.getNetwork(bench.network);
  await network.remove().catch(() => undefined);
  await bench.docker.createNetwork({
    Name: bench.network,
    Options: { "com.docker.network.bridge.enable_icc": "false" },
    Labels: {
      "dev.hangar.network": bench.network,
      ...(options.subnet !== undefined && { "dev.hangar.addresses": "rotated" }),
    },
    ...(options.subnet !== undefined && { IPAM: { Config: [{ Subnet: options.subnet }] } }),
  });
}

test("backends that end one after another never have the same address", async () => {
  const runtime = bench.open();
  const first = await visit(runtime);
  const second = await visit(runtime);
  const third = await visit(runtime);
  expect([second, third]).toEqual([await following(first), await following(second)]);
});

test("a drone that was started anew begins at another place than the one before", async () => {
  const addresses = [
    await visit(bench.open()),
    await visit(bench.open()),
    await visit(bench.open()),
  ];
  expect(new Set(addresses).size).toBe(3);
});

test("addresses that others have taken, many in a row, are passed over", async () => {
  const runtime = bench.open();
  const spec = specOn(bench);
  const before = await visit(runtime);
  let free = await following(before);
  for (let n = 0; n < 9; n++) {
    await occupy(free);
    free = await following(free);
  }
  await runtime.create(spec);
  const { address } = await runtime.start(spec);
  expect(address.host).toBe(free);
  expect(await visit(runtime)).toBe(await following(free));
});

test("a backend asks for its address when it is created, so that its start takes no longer", async () => {
  const runtime = bench.open();
  const before = await visit(runtime);
  const { backend_id } = await createOn(runtime);
  const container = await bench.docker.getContainer(`hangar-${backend_id}`).inspect();
  const { IPAMConfig } = container.NetworkSettings.Networks[bench.network] ?? {};
  expect(IPAMConfig).toEqual({ IPv4Address: await following(before) });
});

test("a backend keeps its address when a drone adopts it", async () => {
  const spec = specOn(bench);
  const { location } = await runOn(bench.open(), spec);
  const reopened = bench.open();
  await reopened.create(spec);
  expect(await reopened.start(spec)).toEqual(location);
});

test("where every address is taken, a start ends with startfailed", async () => {
  await bench.open().health();
  const [base = ""] = (await subnet()).split("/");
  await remakeNetwork({ subnet: `${base}/30` });
  await occupy(base.replace(/\d+$/, "2"));
  await expect(visit(bench.open())).rejects.toMatchObject({ reason: "startfailed" });
});

test("a network that an older version has made works, with addresses of Docker's choice", async () => {
  await remakeNetwork({});
  const runtime = bench.open();
  const { id } = await runOn(runtime, specOn(bench));
  const container = await bench.docker.getContainer(`hangar-${id}`).inspect();
  expect(container.NetworkSettings.Networks[bench.network]?.IPAMConfig ?? {}).toEqual({});
});

test("a backend is given an address even if its network was remade since it was created", async () => {
  const runtime = bench.open();
  const created = specOn(bench);
  await runtime.create(created);
  const [base = ""] = (await subnet()).split("/");
  const otherSubnet = base.replace(/^\d+\.\d+/, "10.213");
  await remakeNetwork({ subnet: `${otherSubnet}/24` });
  expect(await visit(runtime, created)).toMatch(/^10\.213\./);
  await runtime.create(created);
  await remakeNetwork({});
  expect(await visit(runtime, created)).not.toMatch(/^10\.213\./);
});

test.each(["rotated", "old"])(
  "a container that a drone has left on no network joins Hangar's, of the %s kind",
  async (kind) => {
    const runtime = bench.open();
    if (kind === "old") await remakeNetwork({});
    const { backend_id, ...spec } = await createOn(runtime);
    const container = bench.docker.getContainer(`hangar-${backend_id}`);
    await bench.docker.getNetwork(bench.network).disconnect({ Container: container.id });
    const { address } = await runtime.start({ backend_id, ...spec });
    const { NetworkSettings } = await container.inspect();
    const { IPAMConfig, IPAddress } = NetworkSettings.Networks[bench.network] ?? {};
    expect(IPAddress).toBe(address.host);
    expect(IPAMConfig?.IPv4Address).toBe(kind === "old" ? undefined : address.host);
  },
);

test("on a network that the drone merely allows, Docker chooses the address", async () => {
  const name = `hangar-test-${newBackendId()}`;
  const network = await bench.docker.createNetwork({
    Name: name,
    Labels: { "dev.hangar.addresses": "rotated" },
  });
  const runtime = bench.open(undefined, { allowedNetworks: [name] });
  try {
    expect(await visit(runtime, specOn(bench, { network: name }))).toMatch(/^\d+\./);
  } finally {
    await clear(runtime);
    await network.remove();
  }
});
