import { existsSync, readdirSync } from "node:fs";
import { rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { finished } from "node:stream/promises";
import Docker from "dockerode";
import { findHostNode } from "../../../scripts/host-node.ts";
import { waitFor } from "../../harness/wait-for.ts";
import type { Machine } from "./machine.ts";

const PATIENCE_MS = 60_000;
const CGROUPS = "/sys/fs/cgroup";
const OWN_CGROUP = "hangar-machines";
const EXAMPLES = ["hangar/echo", "hangar/whiteboard"];

/** A Docker Engine of a machine's own, where its commands look for one, with the images that the documents name. */
export async function startEngine(machine: Machine): Promise<AsyncDisposable> {
  const dockerd = machine.serve(`exec dockerd --cgroup-parent /${OWN_CGROUP}`);
  const docker = new Docker({ socketPath: machine.path("/run/docker.sock") });
  const stop = async () => {
    await dockerd.stop();
    await removeCgroups();
  };
  try {
    const pinged = () => docker.ping().catch(() => undefined);
    await waitFor("the Engine", pinged, PATIENCE_MS);
    for (const name of EXAMPLES) await copyImage(new Docker(), docker, name);
    await makeNode(machine);
    return { [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw new Error(`no Engine:\n${dockerd.said()}`, { cause: error });
  }
}

/** From the Engine of all tests, which has the examples. */
async function copyImage(from: Docker, to: Docker, name: string): Promise<void> {
  const archive = await from.getImage(`${name}:latest`).get();
  const progress = await to.loadImage(archive, { quiet: true });
  await finished(progress.resume());
}

/** Stands in for the image that no registry is there for: an example's node, and nothing else to run. */
async function makeNode(machine: Machine): Promise<void> {
  const { executable } = await findHostNode();
  const lines = [
    "FROM hangar/echo",
    `ENV PATH=${dirname(executable)}:/usr/local/bin:/usr/bin:/bin`,
    "WORKDIR /",
    'CMD ["node"]',
  ];
  await machine.ask("docker build --tag node:24-slim -", { input: lines.join("\n") });
}

/** The Engine leaves them behind, empty; each is of one hierarchy. */
async function removeCgroups(): Promise<void> {
  for (const hierarchy of [CGROUPS, ...readdirSync(CGROUPS).map((name) => join(CGROUPS, name))]) {
    const own = join(hierarchy, OWN_CGROUP);
    if (existsSync(own)) await rmdir(own);
  }
}
