import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, rm, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { canInstallPackages, installPackages } from "../../scripts/debian.ts";

const run = promisify(execFile);

/** Debian asks it whether a package may start the server that it brings; 101 says no. */
const POLICY = "/usr/sbin/policy-rc.d";

/** Gives a program's version. As root on Debian its package, of the same name, is installed if missing. */
export async function ensureProgram(name: string): Promise<string> {
  const found = await versionOf(name);
  if (found !== undefined) return found;
  if (!canInstallPackages()) throw new Error(`install the package ${name}`);
  await installWithoutStarting(name);
  const installed = await versionOf(name);
  if (installed === undefined) throw new Error(`the package ${name} has brought no ${name}`);
  return installed;
}

/** Both take `-v`, and say it on one of the two streams. */
async function versionOf(name: string): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await run(name, ["-v"]);
    return parseVersion(stdout + stderr);
  } catch {
    return undefined;
  }
}

export function parseVersion(text: string): string {
  return /\d+\.\d+(\.\d+)?/.exec(text)?.[0] ?? "unknown";
}

async function installWithoutStarting(name: string): Promise<void> {
  if (existsSync(POLICY)) return await installPackages(name);
  await writeFile(POLICY, "#!/bin/sh\nexit 101\n");
  await chmod(POLICY, 0o755);
  try {
    await installPackages(name);
  } finally {
    await rm(POLICY);
  }
}
