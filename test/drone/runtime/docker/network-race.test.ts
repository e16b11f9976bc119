import type Docker from "dockerode";
import type { NetworkInspectInfo } from "dockerode";
import { expect, test } from "vitest";
import type { Engine } from "../../../../drone/runtime/docker/engine.ts";
import { EngineRefusal } from "../../../../drone/runtime/docker/engine-refusal.ts";
import { ensureNetwork } from "../../../../drone/runtime/docker/network.ts";

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

/** An Engine on which another drone acts between our first look and our own request. */
function racingEngine({
  onCreate,
  afterwards,
}: {
  onCreate(): object;
  afterwards: NetworkInspectInfo[];
}) {
  const removed: string[] = [];
  let looked = false;
  const docker = {
    async listNetworks() {
      const first = !looked;
      looked = true;
      return first ? [] : afterwards;
    },
    createNetwork: async () => onCreate(),
    getNetwork: (id: string) => ({ remove: async () => removed.push(id) }),
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
  expect(removed).toEqual([younger.Id]);
});

test("of two networks that were made at once the older stays", async () => {
  const { engine, removed } = racingEngine({
    onCreate: () => ({ id: older.Id }),
    afterwards: [younger, older],
  });
  expect(await ensureNetwork(engine, "hangar")).toBe(older);
  expect(removed).toEqual([]);
});
