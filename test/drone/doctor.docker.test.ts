import Docker from "dockerode";
import { expect, test } from "vitest";
import { examineDocker } from "../../drone/doctor.ts";
import { systemClock } from "../../src/shared/clock.ts";

const docker = new Docker();
const deps = { clock: systemClock };

async function networkNames(part: string): Promise<string[]> {
  const networks = await docker.listNetworks({ filters: { name: [part] } });
  return networks.map(({ Name }) => Name);
}

test("a missing network is shown to be makeable, and nothing is left of that", async () => {
  const name = `hangar-test-${process.pid}`;
  const facts = await examineDocker(deps, name);
  expect(facts).toMatchObject({
    kind: "here",
    version: expect.stringMatching(/^\d+\./),
    storageDriver: expect.any(String),
    rootDir: expect.stringContaining("/"),
    network: { kind: "can-be-made" },
  });
  expect(await networkNames(name)).toEqual([]);
});

test("a network on which sessions would reach each other is not Hangar's", async () => {
  expect(await examineDocker(deps, "bridge")).toMatchObject({ network: { kind: "foreign" } });
});

test("an Engine that is not there is away, and is told with its reason", async () => {
  expect(await examineDocker(deps, "hangar", "/nonexistent/docker.sock")).toEqual({
    kind: "away",
    error: expect.stringContaining("ENOENT"),
  });
});
