import { readdir, readFile } from "node:fs/promises";
import type { BackendId } from "../../../src/protocol/ids.ts";
import type { Usage } from "../usage.ts";
import { findProcess } from "./find-process.ts";
import { type ProcessUsage, parseIo, parseResident, parseStat } from "./proc-files.ts";
import type { ProcessDeps } from "./process-deps.ts";

/** Of each whole process group, from /proc; nothing on systems without it. */
export async function readUsage(
  deps: Pick<ProcessDeps, "options" | "clock">,
  ids: readonly BackendId[],
): Promise<ReadonlyMap<BackendId, Usage>> {
  const groups = new Map<number, BackendId>();
  for (const id of ids) {
    const sight = (await findProcess(deps, id))?.sight;
    if (sight?.state === "running") groups.set(sight.keeperPid, id);
  }
  const found = new Map<BackendId, Usage>();
  if (groups.size === 0) return found;
  for (const { group, usage } of await processes()) {
    const id = groups.get(group);
    if (id === undefined) continue;
    found.set(id, added(found.get(id), await usage(), deps.clock.now()));
  }
  return found;
}

async function processes() {
  const names = await readdir("/proc").catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name));
  const read = (pid: string, file: string) =>
    readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
  const seen = await Promise.all(
    pids.map(async (pid) => ({ pid, stat: parseStat(await read(pid, "stat")) })),
  );
  return seen.flatMap(({ pid, stat }) => {
    if (stat === undefined) return [];
    const usage = async (): Promise<ProcessUsage> => ({
      cpuSeconds: stat.cpuSeconds,
      residentBytes: parseResident(await read(pid, "status")),
      ...parseIo(await read(pid, "io")),
    });
    return [{ group: stat.group, usage }];
  });
}

function added(sum: Usage | undefined, one: ProcessUsage, at: number): Usage {
  return {
    at,
    cpuSeconds: (sum?.cpuSeconds ?? 0) + one.cpuSeconds,
    memory_bytes: (sum?.memory_bytes ?? 0) + one.residentBytes,
    pids: (sum?.pids ?? 0) + 1,
    network_received_bytes: null,
    network_sent_bytes: null,
    disk_read_bytes: plus(sum?.disk_read_bytes, one.readBytes),
    disk_written_bytes: plus(sum?.disk_written_bytes, one.writtenBytes),
  };
}

function plus(sum: number | null | undefined, one: number | null): number | null {
  return one === null ? (sum ?? null) : (sum ?? 0) + one;
}
