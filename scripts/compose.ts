import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { canInstallPackages, installPackages } from "./debian.ts";

const run = promisify(execFile);
const COMMANDS = [["docker", "compose"], ["docker-compose"]];

/** The words that Docker Compose is called by; as root on Debian or Ubuntu it is installed if missing. */
export async function ensureCompose(): Promise<string[]> {
  const found = await findCompose();
  if (found !== undefined) return found;
  if (!canInstallPackages()) {
    throw new Error("there is no Docker Compose: install the plugin docker-compose-plugin");
  }
  await installPackages("docker-compose");
  const installed = await findCompose();
  if (installed === undefined) throw new Error("the package docker-compose has brought no command");
  return installed;
}

async function findCompose(): Promise<string[] | undefined> {
  for (const words of COMMANDS) {
    const [program = "", ...rest] = words;
    const works = await run(program, [...rest, "version"]).then(
      () => true,
      () => false,
    );
    if (works) return words;
  }
  return undefined;
}
