import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Stage } from "../parts/stage.ts";
import type { DatabaseReader } from "./database.ts";

/** A container without a live row, a live row without a running container. */
export async function containersAmiss({
  stage,
  reader,
}: {
  stage: Stage;
  reader: DatabaseReader;
}): Promise<string[]> {
  const rows = await reader.read("select id, status from backends where status <> 'terminated'");
  const engines = [...stage.engines.values()];
  const lists = await Promise.all(
    engines.map(({ docker }) => docker.listContainers({ all: true })),
  );
  const live = new Map(rows.map(({ id, status }) => [String(id), String(status)]));
  const found = new Map(
    lists.flat().map(({ Labels, State }) => [String(Labels["dev.hangar.backend"]), State]),
  );
  return [
    ...[...found].flatMap(([id, state]) =>
      live.has(id) ? [] : [`the container of ${id} is ${state}, and no row lives`],
    ),
    ...[...live].flatMap(([id, status]) =>
      found.get(id) === "running" ? [] : [`${id} is ${status}, its container ${found.get(id)}`],
    ),
  ];
}

/** Processes of the built command that run, guards included, by their words. */
export function hangarRunning(command: string): string[] {
  const built = join(dirname(command), "../..");
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const [, ...words] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      return words.some((word) => word.startsWith(`${built}/`))
        ? [words.slice(0, 4).join(" ")]
        : [];
    } catch {
      return [];
    }
  });
}
