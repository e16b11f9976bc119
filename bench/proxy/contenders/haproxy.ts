import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../../../scripts/free-port.ts";
import type { Contender, Scene } from "../contender.ts";
import { ensureProgram } from "../programs.ts";
import { runProgram } from "../run-program.ts";

export const haproxy: Contender = {
  name: "haproxy",
  title: "HAProxy",
  does: "sets X-Forwarded-For and -Proto, keeps Host; one thread, http-reuse always, no log",
  prepare: () => ensureProgram("haproxy"),
  async start(scene) {
    const port = await freePort();
    const file = join(scene.dir, "haproxy.cfg");
    await writeFile(file, settings(scene, port));
    return await runProgram({ command: ["haproxy", "-db", "-f", file], port, dir: scene.dir });
  },
};

function settings({ backendPort, maxConnections }: Scene, port: number): string {
  return `
global
  nbthread 1
  # It counts the clients' side, and wants twice as many sockets.
  maxconn ${Math.floor(maxConnections / 2)}
defaults
  mode http
  option forwardfor
  http-reuse always
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  timeout tunnel 1h
frontend clients
  bind 127.0.0.1:${port} backlog 4096
  http-request set-header X-Forwarded-Proto http
  default_backend backends
backend backends
  server one 127.0.0.1:${backendPort}
`;
}
