import { backends } from "./checks/backends.ts";
import { clock } from "./checks/clock.ts";
import { controller } from "./checks/controller.ts";
import { database } from "./checks/database.ts";
import { disk } from "./checks/disk.ts";
import { docker } from "./checks/docker.ts";
import { drones } from "./checks/drones.ts";
import { hostNames } from "./checks/host-names.ts";
import { keys } from "./checks/keys.ts";
import { node } from "./checks/node.ts";
import { openFiles } from "./checks/open-files.ts";
import { ports } from "./checks/ports.ts";
import { sockets } from "./checks/sockets.ts";
import type { Check } from "./run-checks.ts";

export interface Section {
  title: string;
  checks: readonly Check[];
}

/** All that `hangar doctor` looks at, as it is shown. */
export const SECTIONS: readonly Section[] = [
  { title: "This machine", checks: [node, openFiles, disk, clock, ports] },
  { title: "Drone", checks: [docker] },
  { title: "Controller", checks: [database, controller, sockets, keys] },
  { title: "Sessions", checks: [hostNames, drones, backends] },
];
