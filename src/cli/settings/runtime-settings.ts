import { resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import type { DockerRuntimeConfig, RuntimeConfig } from "../../../drone/config.ts";
import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import { parseNodeName } from "./node-name.ts";
import { parseBytes } from "./parse-bytes.ts";
import { parseList } from "./parse-list.ts";
import { integerWithin } from "./parse-number.ts";
import { setting } from "./setting.ts";

/** How a drone runs backends. */
export interface RuntimeSettings {
  runtime: RuntimeConfig["name"];
  pool: string;
  maxBackends?: number;
  appsDir?: string;
  maxOutput?: number;
  dockerSocket?: string;
  network: string;
  allowNetwork?: readonly string[];
  advertise?: string;
  ociRuntime?: string;
  mountBase?: string;
}

const asPath = (text: string) => resolve(text);

export function addRuntimeSettings(command: Command): Command {
  return command
    .optionsGroup("Backends:")
    .addOption(
      setting("--runtime <name>", "what runs them; `process` isolates nothing")
        .choices(["docker", "process"])
        .default("docker"),
    )
    .addOption(
      setting(
        "--apps-dir <dir>",
        "of the process runtime: a folder an app, its name is the image",
      ).argParser(asPath),
    )
    .addOption(
      setting(
        "--max-output <size>",
        "of the process runtime: so much of what an app prints is kept, such as 100m; default: 20m",
      ).argParser(parseSomeBytes),
    )
    .addOption(
      setting("--pool <name>", "the drone's pool").default("", "none").argParser(parseNodeName),
    )
    .addOption(
      setting("--max-backends <n>", "no more at a time; default: no limit").argParser(
        integerWithin(1, 1_000_000),
      ),
    )
    .addOption(
      setting(
        "--mount-base <dir>",
        "folder below which backends may mount; default: none may",
      ).argParser(asPath),
    )
    .optionsGroup("Docker:")
    .addOption(setting("--docker-socket <file>", "default: DOCKER_HOST, else /var/run/docker.sock"))
    .addOption(
      setting("--network <name>", "Hangar's own network, made if missing").default("hangar"),
    )
    .addOption(
      setting(
        "--allow-network <name>",
        "another network that a backend may ask for; repeatable",
      ).argParser(parseList),
    )
    .addOption(
      setting("--advertise <address>", "publish backends there, for proxies on other machines"),
    )
    .addOption(setting("--oci-runtime <name>", "such as runsc; default: the engine's own"));
}

export function toRuntimeConfig(settings: RuntimeSettings): RuntimeConfig {
  if (settings.runtime === "docker") return toDockerConfig(settings);
  const { appsDir, maxOutput } = settings;
  if (appsDir === undefined) {
    throw new CliError("--runtime process needs to know where the apps are.", {
      exitCode: EXIT.usage,
      hints: ["Name their folder with --apps-dir or HANGAR_APPS_DIR."],
    });
  }
  return {
    name: "process",
    appsDir,
    ...(maxOutput === undefined ? {} : { maxOutputBytes: maxOutput }),
  };
}

/** Less would be cleared away before anybody could read it. */
const LEAST_OUTPUT_BYTES = 65_536;

function parseSomeBytes(text: string): number {
  const bytes = parseBytes(text);
  if (bytes >= LEAST_OUTPUT_BYTES) return bytes;
  throw new InvalidArgumentError("Expected at least 64k.");
}

function toDockerConfig(settings: RuntimeSettings): DockerRuntimeConfig {
  const { dockerSocket, network, allowNetwork = [], advertise, ociRuntime, mountBase } = settings;
  return {
    name: "docker",
    network,
    allowedNetworks: allowNetwork,
    ...(dockerSocket === undefined ? {} : { socketPath: dockerSocket }),
    ...(advertise === undefined ? {} : { advertise }),
    ...(ociRuntime === undefined ? {} : { ociRuntime }),
    ...(mountBase === undefined ? {} : { mountBase }),
  };
}
