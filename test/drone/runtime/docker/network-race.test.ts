import type Docker from "dockerode";
import type { NetworkInspectInfo } from "dockerode";
import { expect, test } from "vitest";
import type { Engine } from "../../../../drone/runtime/docker/engine.ts";
import { EngineRefusal } from "../../../../drone/runtime/docker/engine-refusal.ts";
import { ensureNetwork } from "../../../../drone/runtime/docker/network.ts";
import { RuntimeUnavailable } from "../../../../drone/runtime/runtime.ts";

function network(Id: string, Created: string): NetworkInspectInfo {
  const Options = { "com.docker.network.bridge.enable_icc": "false" };
  return {
    Id,
    Created,
    Name: "hangar",
    Driver: "bridge",
    Options,
  } as unknown as NetworkInspectInfo;
}

const older = network("zzz", "2026-01-01T00:00:00.1Z");
const younger = network("aaa", "2026-01-01T00:00:00.2Z");

const overlap = new EngineRefusal(
  403,
  "Pool overlaps with other one on this address space",
  undefined,
);

/** An Engine on which another drone acts between our first look and our own request. */
function racingEngine({
  onCreate,
  afterwards,
  onChoose = () => ({ id: "chosen" }),
}: {
  onCreate(options: unknown): object;
  afterwards: NetworkInspectInfo[];
  onChoose?(): object;
}) {
  const removed: string[] = [];
  let looked = false;
  const docker = {
    async listNetworks({ filters }: { filters: { name: string[] } }) {
      if (filters.name[0] === "hangar-subnet") return [{ Name: "hangar-subnet", Id: "left over" }];
      const first = !looked;
      looked = true;
      return first ? [] : afterwards;
    },
    createNetwork: async (options: { Name: string }) =>
      options.Name === "hangar-subnet" ? onChoose() : onCreate(options),
    getNetwork: (id: string) => ({
      inspect: async () => ({
        IPAM: { Config: [{ Subnet: "172.30.0.0/16", Gateway: "172.30.0.1" }] },
      }),
      remove: async () => removed.push(id),
    }),
  } as unknown as Docker;
  const engine: Engine = { call: (ask) => ask(docker, new AbortController().signal) };
  return { engine, removed };
}

test("a network that another drone made first is used", async () => {
  const onCreate = () => {
    throw new EngineRefusal(409, "network with name hangar already exists", undefined);
  };
  const { engine } = racingEngine({ onCreate, afterwards: [older] });
  expect(await ensureNetwork(engine, "hangar")).toBe(older);
});

test("of two networks that were made at once the younger goes, by whoever made it", async () => {
  const { engine, removed } = racingEngine({
    onCreate: () => ({ id: younger.Id }),
    afterwards: [younger, older],
  });
  expect(await ensureNetwork(engine, "hangar")).toBe(older);
  expect(removed).toEqual(["chosen", younger.Id]);
});

test("of two networks that were made at once the older stays", async () => {
  const { engine, removed } = racingEngine({
    onCreate: () => ({ id: older.Id }),
    afterwards: [younger, older],
  });
  expect(await ensureNetwork(engine, "hangar")).toBe(older);
  expect(removed).toEqual(["chosen"]);
});

test("the network is made with the subnet that Docker has chosen, as one of its maker's", async () => {
  const asked: unknown[] = [];
  const onCreate = (options: unknown) => {
    asked.push(options);
    return { id: older.Id };
  };
  await ensureNetwork(racingEngine({ onCreate, afterwards: [older] }).engine, "hangar");
  const pool = { Subnet: "172.30.0.0/16", Gateway: "172.30.0.1" };
  expect(asked).toEqual([expect.objectContaining({ Name: "hangar", IPAM: { Config: [pool] } })]);
});

test("what a drone that died has left of choosing a subnet is used and taken away", async () => {
  const onChoose = () => {
    throw new EngineRefusal(409, "network with name hangar-subnet already exists", undefined);
  };
  const onCreate = () => ({ id: older.Id });
  const { engine, removed } = racingEngine({ onCreate, onChoose, afterwards: [older] });
  expect(await ensureNetwork(engine, "hangar")).toBe(older);
  expect(removed).toEqual(["left over"]);
});

test("a subnet that another took meanwhile is given up for the next", async () => {
  let refusals = 3;
  const afterwards: NetworkInspectInfo[] = [];
  const onCreate = () => {
    if (refusals-- > 0) throw overlap;
    afterwards.push(older);
    return { id: older.Id };
  };
  expect(await ensureNetwork(racingEngine({ onCreate, afterwards }).engine, "hangar")).toBe(older);
});

test("a network that cannot be made for the others' haste is tried again later", async () => {
  const onCreate = () => {
    throw overlap;
  };
  const { engine } = racingEngine({ onCreate, afterwards: [] });
  await expect(ensureNetwork(engine, "hangar")).rejects.toBeInstanceOf(RuntimeUnavailable);
});
