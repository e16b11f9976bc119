import type { Command } from "commander";
import type { Context } from "../context.ts";
import { dataDirSetting } from "../settings/data-dir.ts";
import { parseList } from "../settings/parse-list.ts";
import { parseListenPort } from "../settings/parse-number.ts";
import { type Pairs, parsePair } from "../settings/parse-pair.ts";
import { setting } from "../settings/setting.ts";
import { examples } from "./examples.ts";
import { jsonOption } from "./json-option.ts";

export interface DevOptions {
  dockerfile?: string;
  context?: string;
  platform?: string;
  image?: string;
  watch?: readonly string[];
  sync?: readonly string[];
  env?: Pairs;
  port?: number;
  proxyPort?: number;
  dataDir: string;
  dockerSocket?: string;
  interactive: boolean;
  json?: true;
}

export function addDev(program: Command, context: Context): void {
  const command = program
    .command("dev")
    .summary("work on an app: build it, run it, and replace it with each change")
    .description(
      "Build the image of a folder and spawn it on each connect. A change builds it anew: connects wait meanwhile, and backends of the older image end, so that nobody is led to code that has changed. What a project always wants stands in its hangar.config.json.",
    )
    .argument("[dir]", "the project's folder", ".");
  addBuildOptions(command);
  addSiteOptions(command);
  command
    .addHelpText(
      "after",
      examples(
        ["hangar dev ./app", "Build ./app/Dockerfile; then connect as the banner shows."],
        [
          "hangar dev ./app --sync src:/app/src",
          "Copy changes of ./app/src into running backends; the app's own reload does the rest.",
        ],
        ["hangar dev --no-interactive --json", "In a script: a line for each thing that happens."],
      ),
    )
    .action(async (dir: string, options: DevOptions) => {
      const { runDev } = await import("../dev/run-dev.ts");
      await runDev(context, dir, options);
    });
}

function addBuildOptions(command: Command): void {
  command
    .optionsGroup("Image:")
    .option("--dockerfile <file>", "in the folder; default: Dockerfile")
    .option("--context <dir>", "what the build sees, less its .dockerignore; default: the folder")
    .option("--platform <platform>", "such as linux/amd64; default: this machine's own")
    .option("--image <image>", "run this one, and build nothing")
    .option(
      "--watch <path>",
      "build when this changes; repeatable; default: all that the build sees, but .git and node_modules",
      parseList,
    )
    .option(
      "--sync <source:target>",
      "copy changes of these files into running backends, without ending them; repeatable",
      parseList,
    )
    .option("--env <name=value>", "a variable of each backend; repeatable", parsePair);
}

function addSiteOptions(command: Command): void {
  command
    .optionsGroup("Where:")
    .option(
      "--port <port>",
      "where the API listens; default: 8080, or another if that is taken",
      parseListenPort,
    )
    .option(
      "--proxy-port <port>",
      "where the sessions are; default: 9090, or another if that is taken",
      parseListenPort,
    )
    .addOption(dataDirSetting("what it keeps, below dev/: a folder for each project"))
    .addOption(setting("--docker-socket <file>", "default: DOCKER_HOST, else /var/run/docker.sock"))
    .optionsGroup("Answer:")
    .option("--no-interactive", "lines only, and no keys to press; so without a terminal")
    .addOption(jsonOption("print JSON, one object a line for each thing that happens"));
}
