import type { Location } from "../runtime.ts";
import type { InstanceFolder } from "./instance-folder.ts";
import { isKeeperOf, processExists, signalGroup } from "./process-alive.ts";

const HOST = "127.0.0.1";
/** As a shell, and Docker, tell of a process that SIGKILL has ended. */
const KILLED_CODE = 137;

export type ProcessSight =
  | { state: "created" }
  | { state: "running"; keeperPid: number; location: Location }
  | { state: "ended"; exitCode: number | undefined };

/** How an instance is, by what stands in its folder. It runs as long as its keeper does. */
export async function sightProcess(folder: InstanceFolder): Promise<ProcessSight> {
  const keeper = await folder.readKeeper();
  if (keeper === undefined) return { state: "created" };
  const exit = await folder.readExit();
  if (exit !== undefined) return ended(exit);
  if (await isKeeperOf(folder.path, keeper.pid)) {
    const location = { address: { host: HOST, port: keeper.port } };
    return { state: "running", keeperPid: keeper.pid, location };
  }
  return ended((await folder.readExit()) ?? (await settle(folder, keeper.pid)));
}

/** The keeper was killed and wrote nothing down. What is left of its group must not live on unseen. */
async function settle(folder: InstanceFolder, keeperPid: number): Promise<number | "unknown"> {
  if (!processExists(keeperPid)) signalGroup(keeperPid, "SIGKILL");
  const code = (await folder.wasKilled()) ? KILLED_CODE : "unknown";
  await folder.writeExit(code);
  return code;
}

function ended(code: number | "unknown"): ProcessSight {
  return { state: "ended", exitCode: code === "unknown" ? undefined : code };
}
