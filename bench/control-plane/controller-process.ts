import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../../scripts/free-port.ts";
import { SUBJECT_CORE } from "../part.ts";
import { CLUSTER } from "./names.ts";

const COMMAND = fileURLToPath(new URL("../../dist/src/cli/main.js", import.meta.url));
const START_DEADLINE_MS = 60_000;

export interface ControllerProcess extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  readonly url: string;
  readonly keys: Record<"admin" | "drone" | "proxy", string>;
  /** Where a debugger attaches; undefined unless it was asked for. */
  readonly inspectPort: number | undefined;
}

export interface ControllerOptions {
  dataDir: string;
  /** `postgres://…`; without it SQLite in the data dir. */
  database: string | undefined;
  inspect: boolean;
}

/** The command as people run it, alone on its core. Its log goes to a file of the data dir. */
export async function startController({
  dataDir,
  database,
  inspect,
}: ControllerOptions): Promise<ControllerProcess> {
  const [port, inspectPort] = [await freePort(), inspect ? await freePort() : undefined];
  const url = `http://127.0.0.1:${port}`;
  const log = join(dataDir, "controller.log");
  const file = await open(log, "a");
  const words = [
    ...["taskset", "-c", String(SUBJECT_CORE), process.execPath],
    ...(inspectPort === undefined ? [] : [`--inspect=127.0.0.1:${inspectPort}`]),
    ...[COMMAND, "controller", "--port", String(port), "--data-dir", dataDir],
    ...["--cluster", CLUSTER, "--log-format", "json"],
    ...(database === undefined ? [] : ["--database", database]),
  ];
  const [command = "", ...rest] = words;
  const child = spawn(command, rest, { stdio: ["ignore", "ignore", file.fd] });
  await file.close();
  const exited = once(child, "exit");
  const stop = async () => {
    child.kill("SIGTERM");
    await exited;
  };
  const deadline = performance.now() + START_DEADLINE_MS;
  while (!(await isReady(url))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await stop();
      throw new Error(`the controller did not start:\n${await readFile(log, "utf8")}`);
    }
    await delay(20);
  }
  const keys = await readKeys(dataDir);
  return { pid: child.pid ?? 0, port, url, keys, inspectPort, [Symbol.asyncDispose]: stop };
}

async function isReady(url: string): Promise<boolean> {
  return await fetch(`${url}/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function readKeys(dataDir: string): Promise<ControllerProcess["keys"]> {
  const read = async (scope: string) =>
    (await readFile(join(dataDir, "keys", `${scope}.key`), "utf8")).trim();
  return { admin: await read("admin"), drone: await read("drone"), proxy: await read("proxy") };
}
