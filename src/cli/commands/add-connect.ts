import { type Command, Option } from "commander";
import type { ConnectFlags } from "../connect/to-connect-request.ts";
import type { Context } from "../context.ts";
import { addClientSettings, type ClientSettings } from "../settings/client-settings.ts";
import { parseBytes } from "../settings/parse-bytes.ts";
import { parseClusterName } from "../settings/parse-cluster-name.ts";
import { parseJsonObject } from "../settings/parse-json-object.ts";
import { integerWithin, parsePositive } from "../settings/parse-number.ts";
import { parsePair } from "../settings/parse-pair.ts";
import { parseSeconds } from "../settings/parse-seconds.ts";
import { examples } from "./examples.ts";
import { jsonOption } from "./json-option.ts";

/** fetch gives up on an answer that has not begun after 300 s. */
const LONGEST_QUEUE_SECONDS = 240;

export interface ConnectOptions extends ClientSettings, ConnectFlags {
  wait?: true;
  open?: true;
  json?: true;
  quiet?: true;
}

export function addConnect(program: Command, context: Context): void {
  const command = program
    .command("connect")
    .alias("spawn")
    .summary("get the URL of a key's backend, spawning it if there is none")
    .description(
      "Get the URL of a key's live backend, or spawn one. The URL alone goes to stdout; all else to stderr.",
    )
    .usage("--image <image> [options] [-- <command...>]")
    .argument("[command...]", "after --: arguments in place of the image's own");
  addKeyOptions(command);
  addSpawnOptions(command);
  addUserOptions(command);
  addAnswerOptions(command);
  addClientSettings(command)
    .addHelpText(
      "after",
      examples(
        [
          "hangar connect --image hangar/echo --wait",
          "Spawn a backend and wait until it is ready.",
        ],
        [
          "hangar connect --image hangar/whiteboard --key board-7 --max-idle 5m --open",
          "The one whiteboard of board-7, in the browser; it ends after 5 minutes unused.",
        ],
        ["curl $(hangar connect --image hangar/echo --wait --quiet)", "In a script."],
        [
          'hangar connect --image node:24-slim --wait -- node -e \'require("http").createServer((_, r) => r.end("hi")).listen(process.env.PORT)\'',
          "Another command.",
        ],
      ),
    )
    .action(async (words: string[], options: ConnectOptions) => {
      const { runConnect } = await import("../connect/run-connect.ts");
      await runConnect(context, options, words);
    });
}

function addKeyOptions(command: Command): void {
  command
    .optionsGroup("Key:")
    .option("--key <name>", "what the backend is for; default: a key of its own")
    .option("--namespace <name>", "of the key; default: empty")
    .option(
      "--tag <tag>",
      "of the key; a live backend with another tag is refused (default: none)",
    );
}

/** What a backend is spawned with. */
export function addSpawnOptions(command: Command): Command {
  return command
    .optionsGroup("Backend, if one is spawned:")
    .option("--image <image>", "what to run; without it, only a live backend is found")
    .option("--env <name=value>", "a variable of its environment; repeatable", parsePair)
    .option(
      "--port <port>",
      "where the app listens, given as PORT; default: 8080",
      integerWithin(1, 65_535),
    )
    .option("--ready-path <path>", "ready once GET of it answers below 500; default: any answer")
    .option("--max-idle <time>", "end it when unused for so long; default: never", parseSeconds)
    .option(
      "--lifetime <time>",
      "end it after so long, whatever happens; default: never",
      parseSeconds,
    )
    .option("--grace <time>", "between stop signal and kill; default: 10s", parseSeconds)
    .option("--memory <size>", "such as 256m; default: no limit", parseBytes)
    .option("--cpus <n>", "such as 0.5; default: no limit", parsePositive)
    .option("--pids <n>", "processes and threads; default: 512", integerWithin(1, 4_194_304))
    .option("--mount [path]", "a kept folder, seen as /data: the key's own, or a relative path")
    .option("--label <name=value>", "to find it by in lists; repeatable", parsePair)
    .option("--subdomain <label>", "a host name beside its id")
    .option("--public", "no token needed")
    .option("--static-token", "one token for its life, which stays in the path")
    .option("--pool <name>", "only drones of this pool")
    .option("--cluster <name>", "default: the controller's", parseClusterName);
}

function addUserOptions(command: Command): void {
  command
    .optionsGroup("User, as the backend is told:")
    .option("--user <name>", "given as x-verified-username")
    .option("--auth <json>", "an object, given as x-verified-user-data", parseJsonObject);
}

function addAnswerOptions(command: Command): void {
  command
    .optionsGroup("Answer:")
    .option("--wait", "wait until it is ready, with progress; exit 3 if it ends instead")
    .option("--wait-seconds <n>", "how long to wait at most; default: 300", integerWithin(0, 3_600))
    .option(
      "--queue <seconds>",
      "wait in line for a drone with room; default: 0",
      integerWithin(0, LONGEST_QUEUE_SECONDS),
    )
    .option("--open", "open the URL in the browser")
    .addOption(jsonOption("print the API's answer as JSON"))
    .addOption(new Option("-q, --quiet", "print nothing but the URL").conflicts("json"));
}
