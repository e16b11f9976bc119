import type { Clock } from "../../../src/shared/clock.ts";
import type { Log } from "../../../src/shared/log.ts";
import type { DockerRuntimeConfig } from "../../config.ts";
import type { AddressRotation } from "./address-rotation.ts";
import type { Engine } from "./engine.ts";
import type { Owner } from "./labels.ts";

export type DockerRuntimeOptions = DockerRuntimeConfig & Owner;

/** What each part of the Docker runtime may ask for. */
export interface DockerDeps {
  engine: Engine;
  clock: Clock;
  log: Log;
  options: DockerRuntimeOptions;
  addresses: AddressRotation;
}
