import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { freePort } from "../../../scripts/free-port.ts";
import type { Contender } from "../contender.ts";
import { runProgram } from "../run-program.ts";

const NAME = "configurable-http-proxy";
const VERSION = "5.3.0";
// It is no dependency of Hangar's, so it stays out of the package.
const FOLDER = fileURLToPath(
  new URL(`../../../node_modules/.cache/hangar-bench/${NAME}-${VERSION}`, import.meta.url),
);
const PROGRAM = join(FOLDER, "node_modules", NAME, "bin", NAME);
const run = promisify(execFile);

export const configurableHttpProxy: Contender = {
  name: NAME,
  title: NAME,
  does: "looks its one route up, sets X-Forwarded-*, keeps Host; keeps connections to the backend",
  async prepare() {
    if (!existsSync(PROGRAM)) await install();
    return VERSION;
  },
  async start({ backendPort, dir }) {
    const [port, apiPort] = [await freePort(), await freePort()];
    const command = [
      ...[process.execPath, PROGRAM, "--ip", "127.0.0.1", "--port", String(port)],
      ...["--api-ip", "127.0.0.1", "--api-port", String(apiPort), "--log-level", "error"],
      ...["--default-target", `http://127.0.0.1:${backendPort}`],
    ];
    // A token for its own API, which nobody uses here.
    return await runProgram({ command, port, dir, env: { CONFIGPROXY_AUTH_TOKEN: "bench" } });
  },
};

async function install(): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const flags = ["--no-audit", "--no-fund", "--no-save", "--loglevel=error"];
  try {
    await run("npm", ["install", "--prefix", FOLDER, ...flags, `${NAME}@${VERSION}`]);
  } catch (error) {
    throw new Error(`npm cannot install ${NAME}@${VERSION}`, { cause: error });
  }
}
