import { existsSync, readdirSync } from "node:fs";
import { rmdir } from "node:fs/promises";
import { join } from "node:path";
import Docker from "dockerode";
import { ensureExampleImages } from "../../../scripts/example-images.ts";
import { findHostNode } from "../../../scripts/host-node.ts";
import { importImage } from "../../../scripts/import-image.ts";
import type { FileSource } from "../../../scripts/root-filesystem.ts";
import { waitFor } from "../../harness/wait-for.ts";
import type { Machine } from "./machine.ts";

const PATIENCE_MS = 60_000;
const CGROUPS = "/sys/fs/cgroup";
const OWN_CGROUP = "hangar-machines";

export interface Engine extends AsyncDisposable {
  readonly docker: Docker;
}

/** A Docker Engine of a machine's own, where its commands look for one, with the images that the documents name. */
export async function startEngine(machine: Machine): Promise<Engine> {
  const dockerd = machine.serve(`exec dockerd --cgroup-parent /${OWN_CGROUP}`);
  const docker = new Docker({ socketPath: machine.path("/run/docker.sock") });
  const stop = async () => {
    await dockerd.stop();
    await removeCgroups();
  };
  try {
    const pinged = () => docker.ping().catch(() => undefined);
    await waitFor("the Engine", pinged, PATIENCE_MS);
    await importNode(docker);
    await ensureExampleImages(docker);
    return { docker, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw new Error(`no Engine:\n${dockerd.said()}`, { cause: error });
  }
}

/** Stands in for the image that no registry is there for: this machine's own node, in its place. */
async function importNode(docker: Docker): Promise<void> {
  const { executable, files } = await findHostNode();
  const sources = files.map((path): [string, FileSource] => [path, { copyOf: path }]);
  const node: [string, FileSource] = ["/usr/local/bin/node", { copyOf: executable }];
  const own = new Map([...sources.filter(([path]) => path !== executable), node]);
  const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  await importImage(docker, "node", own, [`ENV PATH=${path}`, 'CMD ["node"]']);
  await docker.getImage("node:latest").tag({ repo: "node", tag: "24-slim" });
}

/** The Engine leaves them behind, empty; each is of one hierarchy. */
async function removeCgroups(): Promise<void> {
  for (const hierarchy of [CGROUPS, ...readdirSync(CGROUPS).map((name) => join(CGROUPS, name))]) {
    const own = join(hierarchy, OWN_CGROUP);
    if (existsSync(own)) await rmdir(own);
  }
}
