import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { takeKeys } from "./balancer.ts";
import type { Stage } from "./stage.ts";
import type { MachineName } from "./world.ts";

/** Examples for others than one box, where several machines serve under the documents' names. */
const LINES: readonly (readonly [MachineName, string])[] = [
  [
    "second",
    "hangar context add prod --url https://hangar.example.com --api-key-file ~/prod.key --use",
  ],
  ["second", "hangar ls --context prod"],
  ["box", "hangar doctor --url https://hangar.example.com --data-dir /var/lib/hangar"],
  ["db", "HANGAR_DATABASE=postgres://hangar@db/hangar hangar migrate"],
];

export const ELSEWHERE: ReadonlySet<string> = new Set(LINES.map(([, line]) => line));

/** On an operator's machine, which has a key, on a drone's with its data dir there, and on the database's. */
export async function typeElsewhere({ ran, world }: Stage): Promise<void> {
  await takeKeys(world.at("controller"), world.folder);
  await cp(join(world.folder, "admin.key"), join(world.at("second").home, "prod.key"));
  const keys = world.at("box").path("/var/lib/hangar/keys");
  await mkdir(keys, { recursive: true });
  await cp(join(world.folder, "drone.key"), join(keys, "drone.key"));
  for (const [name, line] of LINES) {
    await world.at(name).ask(line);
    ran.add(line);
  }
}
