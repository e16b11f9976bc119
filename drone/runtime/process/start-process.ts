import type { BackendSpec } from "../../../src/protocol/drone-messages.ts";
import { givenEnv } from "../given-env.ts";
import { type Location, RuntimeError, RuntimeUnavailable } from "../runtime.ts";
import { appCommand, findApp } from "./find-app.ts";
import { findProcess } from "./find-process.ts";
import type { InstanceFolder } from "./instance-folder.ts";
import { launchKeeper } from "./launch-keeper.ts";
import type { ProcessDeps } from "./process-deps.ts";
import { unusedPort } from "./unused-port.ts";

type StartDeps = Pick<ProcessDeps, "options"> & { givenPorts: Set<number> };

/** The app listens on a port of loopback that is chosen here: `spec.port` may be another's already. */
export async function startProcess(deps: StartDeps, spec: BackendSpec): Promise<Location> {
  const before = await findProcess(deps, spec.backend_id);
  if (before === undefined) throw new RuntimeError("startfailed", "its folder is gone");
  if (before.sight.state === "created") await launch(deps, spec, before.folder);
  const now = await findProcess(deps, spec.backend_id);
  if (now?.sight.state === "running") return now.sight.location;
  throw new RuntimeUnavailable("it ended before it could be located");
}

async function launch(
  { options, givenPorts }: StartDeps,
  spec: BackendSpec,
  folder: InstanceFolder,
): Promise<void> {
  const appFolder = await findApp(options.appsDir, spec.image);
  const command = await appCommand(appFolder, spec.command);
  const port = await unusedPort(givenPorts);
  givenPorts.add(port);
  await launchKeeper(folder, { command, appFolder, env: givenEnv(spec, port) });
}
