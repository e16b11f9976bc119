import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, openSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import Docker from "dockerode";
import { canInstallPackages, installPackages } from "./debian.ts";

const DOCKERD_LOG = "/var/log/hangar-dockerd.log";
const ANSWER_DEADLINE_MS = 60_000;
/** Of two that are started at once, the later one ends with these words, and the other answers soon. */
const ANOTHER_STARTS = /pid file found|still running/;

const run = promisify(execFile);

/**
 * Uses the Docker Engine that there is. Only where none answers, and only as root on Debian or Ubuntu,
 * one is installed and started, to stay after this process. Elsewhere the error says what to do.
 */
export async function ensureDockerEngine(): Promise<void> {
  const refusal = await whyNoAnswer();
  if (refusal === undefined) return;
  if (!canInstallPackages() || process.env.DOCKER_HOST !== undefined) {
    throw new Error(adviceFor(refusal), { cause: refusal });
  }
  if (!existsSync("/usr/bin/dockerd") && !existsSync("/usr/sbin/dockerd")) {
    await installPackages("docker.io", "iptables");
  }
  if (existsSync("/run/systemd/system")) await run("systemctl", ["start", "docker"]);
  else await startDockerd();
  if ((await whyNoAnswer()) !== undefined) throw new Error("the Docker Engine does not answer");
}

async function whyNoAnswer(): Promise<NodeJS.ErrnoException | undefined> {
  try {
    await new Docker().ping();
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}

function adviceFor(refusal: NodeJS.ErrnoException): string {
  if (process.env.DOCKER_HOST !== undefined) {
    return `no Docker Engine answers at DOCKER_HOST=${process.env.DOCKER_HOST}: start it, or unset the variable`;
  }
  if (refusal.code === "EACCES") {
    return "the Docker Engine's socket may not be opened: sudo usermod -aG docker $USER, then log in again";
  }
  return "no Docker Engine answers: install and start one (https://docs.docker.com/engine/install/)";
}

/** For containers and virtual machines without systemd. */
async function startDockerd(): Promise<void> {
  console.log(`starting dockerd (its log: ${DOCKERD_LOG})`);
  const problem = await answerOf(spawnDockerd());
  if (problem === undefined) return;
  if (!/iptables|nf_tables|nft/i.test(problem)) throw new Error(`dockerd: ${problem}`);
  // A kernel without nftables still has the older tables, which another build of iptables speaks.
  await run("update-alternatives", ["--set", "iptables", "/usr/sbin/iptables-legacy"]);
  const again = await answerOf(spawnDockerd());
  if (again !== undefined) throw new Error(`dockerd: ${again}`);
}

function spawnDockerd(): ChildProcess {
  const log = openSync(DOCKERD_LOG, "a");
  const dockerd = spawn("dockerd", [], { detached: true, stdio: ["ignore", log, log] });
  dockerd.unref();
  return dockerd;
}

/** Undefined once the Engine answers; else the last line that dockerd wrote. */
async function answerOf(dockerd: ChildProcess): Promise<string | undefined> {
  let gaveUp = false;
  dockerd.once("error", () => {
    gaveUp = true;
  });
  dockerd.once("exit", () => {
    gaveUp = true;
  });
  const deadline = performance.now() + ANSWER_DEADLINE_MS;
  while (performance.now() < deadline) {
    if ((await whyNoAnswer()) === undefined) return undefined;
    if (gaveUp && !ANOTHER_STARTS.test(lastLogLine())) break;
    await delay(100);
  }
  return lastLogLine();
}

function lastLogLine(): string {
  return readFileSync(DOCKERD_LOG, "utf8").trimEnd().split("\n").at(-1) ?? "";
}
