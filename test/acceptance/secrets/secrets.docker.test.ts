import { afterAll, beforeAll, expect, test } from "vitest";
import { newNodeName } from "../../../src/protocol/ids.ts";
import { type DockerBench, openDockerBench } from "../../drone/runtime/docker-bench.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { type HostileRegistry, openHostileRegistry } from "./hostile-registry.ts";
import { leaksIn, madeSecretsIn, PLANTED, SECRET_SPAWN } from "./planted.ts";
import { SecretSite } from "./secret-site.ts";
import { askAll, askLists, spawnSecretly } from "./spawn-secretly.ts";

const NAME = newNodeName("dr");

let bench: DockerBench;
let registry: HostileRegistry;
let site: SecretSite;
let said: string[];
let labels: string[];

beforeAll(async () => {
  bench = await openDockerBench();
  registry = await openHostileRegistry();
  const runtime = { name: "docker", network: bench.network, allowedNetworks: [] } as const;
  site = await SecretSite.start(NAME, async () => runtime);
  const ids = await spawnSecretly(site, bench.image, [
    { image: `${registry.host}/refused:1` },
    { image: `${registry.host}/refused@sha256:${"0".repeat(64)}` },
    { image: "127.0.0.1:1/nobody/there:1" },
    { image: bench.unknownImage, pull_policy: "never" },
    { image: "Not A Reference".replaceAll(" ", "_") },
    { command: ["there-is-no-such-program"] },
    { mount: true },
    { network: "there-is-none" },
    { env: { ...SECRET_SPAWN.env, ECHO_MODE: "exit" } },
  ]);
  const hung = { ...SECRET_SPAWN, image: `${registry.host}/hung/app` };
  const { backend_id } = await site.connect(hung, { wait: undefined });
  const loading = `/v1/backends/${backend_id}/status`;
  await waitFor("its pull", async () => (await site.send(loading)).includes("loading"));
  labels = await labelsOf();
  await askAll(site, [...ids, backend_id]);
  await askLists(site);
  said = await site.stop();
}, 60_000);
afterAll(async () => {
  await site[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});

/** All that Docker tells of the containers but their configuration, which has their environment. */
async function labelsOf(): Promise<string[]> {
  const filters = { label: [`dev.hangar.drone=${NAME}`] };
  const containers = await bench.docker.listContainers({ all: true, filters });
  return containers.map((each) => JSON.stringify(each));
}

const secrets = () => [...Object.values(PLANTED), ...site.given];

test("nothing that Docker or a registry says brings a secret into an answer, an event or a log", () => {
  expect(registry.logins).toContain(`ada:${PLANTED.password}`);
  expect(said.some((text) => text.includes("denied"))).toBe(true);
  expect(leaksIn(said, secrets())).toEqual([]);
  expect(madeSecretsIn(said)).toEqual([]);
});

test("a container's labels and command have no secret", () => {
  expect(labels.length).toBeGreaterThan(0);
  expect(leaksIn(labels, secrets())).toEqual([]);
});

test("the drone's files have nothing of backends that have ended", async () => {
  const files = Object.values(await site.filesIn("drone"));
  expect(files.length).toBeGreaterThan(0);
  expect(leaksIn(files, secrets())).toEqual([]);
});
