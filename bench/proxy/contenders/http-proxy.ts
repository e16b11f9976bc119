import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../../../scripts/free-port.ts";
import type { Contender } from "../contender.ts";
import { runProgram } from "../run-program.ts";

const PART = fileURLToPath(new URL("http-proxy-part.ts", import.meta.url));
const PACKAGE = new URL("../../../node_modules/http-proxy/package.json", import.meta.url);

export const httpProxy: Contender = {
  name: "http-proxy",
  title: "http-proxy-3",
  does: "sets X-Forwarded-*, keeps Host; the bare library, connections to the backend kept",
  prepare: async () => (JSON.parse(await readFile(PACKAGE, "utf8")) as { version: string }).version,
  async start({ backendPort, dir }) {
    const port = await freePort();
    const command = [process.execPath, "--import", "tsx", PART, String(port), String(backendPort)];
    return await runProgram({ command, port, dir });
  },
};
