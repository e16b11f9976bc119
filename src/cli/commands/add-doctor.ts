import type { Command } from "commander";
import type { Context } from "../context.ts";
import type { DoctorSettings } from "../doctor/scene.ts";
import { addClientSettings } from "../settings/client-settings.ts";
import { databaseSetting } from "../settings/database-setting.ts";
import { parseClusterName } from "../settings/parse-cluster-name.ts";
import { parseHttpUrl } from "../settings/parse-http-url.ts";
import { setting } from "../settings/setting.ts";
import { examples } from "./examples.ts";
import { jsonOption } from "./json-option.ts";

export interface DoctorOptions extends DoctorSettings {
  json?: true;
}

export function addDoctor(program: Command, context: Context): void {
  const command = program
    .command("doctor")
    .summary("look for what is wrong, and say what to do")
    .description(
      "Look at this machine, and at the controller as it is seen from here. Whatever of Hangar is not here is skipped. Exit code 1 if a check failed.",
    )
    .addOption(jsonOption("print JSON: an array of findings"));
  addClientSettings(command)
    .optionsGroup("This machine:")
    .addOption(setting("--docker-socket <file>", "default: DOCKER_HOST, else /var/run/docker.sock"))
    .addOption(setting("--network <name>", "the drone's network").default("hangar"))
    .addOption(databaseSetting())
    .addOption(
      setting(
        "--proxy-url <url>",
        "a proxy that must answer; default: look where the controller's local cluster says, else at http://127.0.0.1:9090",
      ).argParser(parseHttpUrl),
    )
    .addOption(
      setting(
        "--cluster <name>",
        "whose host names to look up; default: those of the drones",
      ).argParser(parseClusterName),
    )
    .addHelpText(
      "after",
      examples(
        ["hangar doctor", "On a machine with `hangar up`."],
        [
          "hangar doctor --url https://hangar.example.com --data-dir /var/lib/hangar",
          "On the machine of a drone or a proxy, whose key is keys/drone.key there.",
        ],
      ),
    )
    .action(async (options: DoctorOptions) => {
      const { runDoctor } = await import("../doctor/run-doctor.ts");
      await runDoctor(context, options);
    });
}
