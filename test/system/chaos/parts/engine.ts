import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import Docker from "dockerode";
import { waitFor } from "../../../harness/wait-for.ts";
import { ENGINES, type EngineName } from "../fault.ts";
import { Part } from "./part.ts";

const START_DEADLINE_MS = 60_000;

/**
 * A Docker Engine of one drone's own, in a network that nobody else sees. Killed, it takes its containerd
 * along; its containers stay until it is back.
 */
export class Engine implements AsyncDisposable {
  readonly socket: string;
  readonly part: Part;
  readonly docker: Docker;
  #liveRestore = true;

  constructor(name: EngineName, dir: string, logFile: string) {
    const home = join(dir, "engines", name);
    mkdirSync(home, { recursive: true });
    this.socket = join(home, "docker.sock");
    this.docker = new Docker({ socketPath: this.socket, timeout: 5_000 });
    const pidFile = join(home, "pid");
    this.part = new Part({
      name,
      logFile,
      words: () => {
        rmSync(pidFile, { force: true });
        const words = ["--data-root", join(home, "data"), "--exec-root", join(home, "exec")];
        const pool = `base=10.${213 + ENGINES.indexOf(name)}.0.0/16,size=24`;
        return [
          ...["dockerd", ...words, "--pidfile", pidFile, "--host", `unix://${this.socket}`],
          ...[
            "--bridge",
            "none",
            "--default-address-pool",
            pool,
            "--cgroup-parent",
            "/hangar-chaos",
          ],
          // Each would rewrite the rules of the others, and backends are reached from this machine alone.
          ...["--iptables=false", `--live-restore=${this.#liveRestore}`],
        ];
      },
      // A start in the wake of a kill may fail on what that has left; the next one does not.
      onCrash: () => undefined,
    });
  }

  start(liveRestore: boolean): void {
    this.#liveRestore = liveRestore;
    this.part.start();
  }

  async untilItAnswers(): Promise<void> {
    const pinged = () => this.docker.ping().catch(() => undefined);
    await waitFor("the Docker Engine", pinged, START_DEADLINE_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.part.stop("SIGKILL");
  }
}
