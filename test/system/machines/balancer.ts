import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureCommand } from "../../../scripts/debian.ts";
import type { DocBlock } from "../../harness/doc-blocks.ts";
import { waitFor } from "../../harness/wait-for.ts";
import type { Machine, Service } from "./machine.ts";

/** HAProxy, as a document configures it. */
export async function startBalancer(machine: Machine, { text }: DocBlock): Promise<Service> {
  await ensureCommand("haproxy", "haproxy");
  const config = join(machine.home, "haproxy.cfg");
  await writeFile(config, text);
  const checked = await machine.run(`haproxy -c -f '${config}'`);
  if (checked.code !== 0 || checked.stderr.includes("WARNING")) throw new Error(checked.stderr);
  const service = machine.serve(`exec haproxy -db -f '${config}'`);
  const listens = async () => (await machine.run("exec 3<> /dev/tcp/127.0.0.1/443")).code === 0;
  await waitFor("the balancer", listens);
  return service;
}

/** The keys that a controller's first start has made, where the other machines' commands look for them. */
export async function takeKeys(controller: Machine, folder: string): Promise<void> {
  for (const scope of ["admin", "drone", "proxy"]) {
    const key = join(controller.home, `.hangar/keys/${scope}.key`);
    await cp(key, join(folder, `${scope}.key`));
  }
}
