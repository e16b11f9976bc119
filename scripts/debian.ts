import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const OPTIONS = ["-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"];
/** Two test files may want packages at once, and apt itself waits for some of its locks only. */
const ONE_AT_A_TIME = ["--timeout", "900", join(tmpdir(), "hangar-apt.lock"), "apt-get"];
const QUIET_APT = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };

let updated = false;

/** Whether this process may install packages on this machine. */
export function canInstallPackages(): boolean {
  return process.getuid?.() === 0 && existsSync("/etc/debian_version");
}

/** Installs Debian packages; the package lists are fetched only if it does not work without. */
export async function installPackages(...names: string[]): Promise<void> {
  const apt = (...args: string[]) => run("flock", [...ONE_AT_A_TIME, ...args], { env: QUIET_APT });
  const install = () => apt("install", ...OPTIONS, ...names);
  console.log(`installing ${names.join(", ")}`);
  try {
    await install();
  } catch (error) {
    if (updated) throw error;
    await apt("update");
    updated = true;
    await install();
  }
}

/** Installs a command's package where the command is missing. */
export async function ensureCommand(command: string, packageName: string): Promise<void> {
  const found = await run("sh", ["-c", `command -v ${command}`]).catch(() => undefined);
  if (found !== undefined) return;
  if (!canInstallPackages()) throw new Error(`install ${packageName}: ${command} is missing`);
  await installPackages(packageName);
}
