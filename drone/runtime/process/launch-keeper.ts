import { type ChildProcess, spawn } from "node:child_process";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { RuntimeError } from "../runtime.ts";
import { inPlainWords } from "../too-large.ts";
import { SEARCH_PATH } from "./find-app.ts";
import type { InstanceFolder } from "./instance-folder.ts";
import { KEEPER_SCRIPT } from "./keeper-script.ts";

interface Launch {
  command: readonly string[];
  appFolder: string;
  env: Readonly<Record<string, string>>;
}

/**
 * Runs an app under a keeper of its own process group and session, which outlive this process.
 * Resolves when the keeper is on record, or has found that another one is.
 */
export async function launchKeeper(folder: InstanceFolder, launch: Launch): Promise<void> {
  // Left to the system, this fails with the argument in the message.
  if (launch.command.some((argument) => argument.includes("\0"))) {
    throw new RuntimeError("startfailed", "an argument of its command holds a NUL character");
  }
  const output = await open(folder.outputPath, "a", 0o600);
  try {
    const keeper = started(() => spawnKeeper(folder, launch, output.fd));
    await onRecord(keeper);
    keeper.unref();
  } finally {
    await output.close();
  }
}

function spawnKeeper(folder: InstanceFolder, launch: Launch, outputFd: number): ChildProcess {
  const { command, appFolder, env } = launch;
  return spawn("/bin/sh", ["-c", KEEPER_SCRIPT, "hangar-keeper", folder.path, ...command], {
    cwd: appFolder,
    detached: true,
    // stdout and stderr share a file, so that their lines keep their order.
    stdio: ["ignore", outputFd, outputFd, "pipe"],
    env: { LANG: "C.UTF-8", HOME: appFolder, PATH: SEARCH_PATH.join(":"), ...env },
  });
}

/** Node throws some of what the system says, and tells the rest as an event. */
function started(begin: () => ChildProcess): ChildProcess {
  try {
    return begin();
  } catch (error) {
    throw notStarted(error as Error);
  }
}

function notStarted(error: Error): RuntimeError {
  const message = `no keeper can be started: ${error.message}`;
  return new RuntimeError("startfailed", inPlainWords(message), error);
}

function onRecord(keeper: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    keeper.once("error", (error) => reject(notStarted(error)));
    const word = keeper.stdio[3] as Readable;
    word.on("close", resolve).resume();
  });
}
