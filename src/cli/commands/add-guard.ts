import type { Command } from "commander";
import type { Context } from "../context.ts";
import { dataDirSetting } from "../settings/data-dir.ts";
import { addLogSettings, type LogSettings } from "../settings/log-settings.ts";
import { setting } from "../settings/setting.ts";
import { examples } from "./examples.ts";

interface GuardOptions extends LogSettings {
  dataDir: string;
  runtime: "docker" | "process";
  dockerSocket?: string;
}

export function addGuard(program: Command, context: Context): void {
  const command = program
    .command("guard")
    .summary("start a guard: it ends backends that outlive their lease")
    .description(
      "Start a guard for a drone with `--guard external`: it reads the drone's journal, and kills backends whose lease has run out, even while the drone is dead. A drone has a guard of its own otherwise.",
    )
    .addOption(dataDirSetting("the drone's"))
    .addOption(
      setting("--runtime <name>", "what the drone runs backends with")
        .choices(["docker", "process"])
        .default("docker"),
    )
    .addOption(
      setting("--docker-socket <file>", "default: DOCKER_HOST, else /var/run/docker.sock"),
    );
  addLogSettings(command)
    .addHelpText(
      "after",
      examples([
        "hangar guard --data-dir /var/lib/hangar",
        "In a container of its own, which lives on when the drone's is killed.",
      ]),
    )
    .action(async (options: GuardOptions) => {
      const { serve } = await import("../serve/serve.ts");
      const { startGuard } = await import("../../../drone/guard/index.ts");
      await serve(context, options, (deps) =>
        startGuard(deps, { dataDir: options.dataDir, runtime: toGuardRuntime(options) }),
      );
    });
}

function toGuardRuntime({ runtime, dockerSocket }: GuardOptions) {
  if (runtime === "process") return { name: runtime };
  return { name: runtime, ...(dockerSocket === undefined ? {} : { socketPath: dockerSocket }) };
}
