import { type ChildProcess, spawn } from "node:child_process";
import { hasEnded, signal } from "../../../scripts/processes.ts";
import { type Finished, finished } from "../../cli/run-hangar.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { commandOf, neighboursOf } from "./namespaces.ts";

const PATIENCE_MS = 60_000;

export interface MachinePlace {
  name: string;
  /** The process that holds its namespaces. */
  pid: number;
  home: string;
  env: Readonly<Record<string, string>>;
}

export interface ShellOptions {
  env?: Readonly<Record<string, string>>;
  /** Default: its home. */
  cwd?: string;
  input?: string;
}

/** Something that serves, or goes on, until it is told to stop. */
export interface Service {
  readonly script: string;
  said(): string;
  /** Rejects if it ends without having said this. */
  until(what: RegExp): Promise<void>;
  /** Rejects unless it ends by itself, and well. */
  untilEnd(): Promise<void>;
  /** Asks its whole group to end, as a terminal does. */
  stop(name?: NodeJS.Signals): Promise<Finished>;
}

/** One machine, as far as network, mounts and the host's name go. */
export class Machine {
  readonly #place: MachinePlace;

  constructor(place: MachinePlace) {
    this.#place = place;
  }

  get name(): string {
    return this.#place.name;
  }

  get home(): string {
    return this.#place.home;
  }

  /** A file of its own, such as one below /run, as others on this computer find it. */
  path(file: string): string {
    return `/proc/${this.#place.pid}/root${file}`;
  }

  /** Of all that runs there. */
  commands(): string[] {
    return neighboursOf(this.#place.pid).map(commandOf);
  }

  /** Runs lines of shell to their end. */
  async run(script: string, options: ShellOptions = {}): Promise<Finished> {
    const child = this.#spawn(script, options, "pipe");
    child.stdin?.on("error", () => undefined).end(options.input ?? "");
    return await endOf(child, finished(child));
  }

  /** What they print; rejects if they fail. */
  async ask(script: string, options: ShellOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(script, options);
    if (code === 0) return stdout;
    throw new Error(`on ${this.name}, exit code ${code} of\n${script}\n${stdout}${stderr}`);
  }

  serve(script: string, options: ShellOptions = {}): Service {
    const child = this.#spawn(script, options, "ignore");
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (text) => {
        said += text;
      });
    }
    const end = finished(child);
    const place = () => `on ${this.name}, by\n${script}\n${said}`;
    return {
      script,
      said: () => said,
      until: async (what) => {
        const isOver = () => what.test(said) || hasEnded(child);
        await waitFor(`${what}`, isOver, PATIENCE_MS).catch(() => undefined);
        if (!what.test(said)) throw new Error(`in vain waited for ${what} ${place()}`);
      },
      untilEnd: async () => {
        const { code } = await endOf(child, end);
        if (code !== 0) throw new Error(`exit code ${code} ${place()}`);
      },
      stop: async (name = "SIGTERM") => {
        if (!hasEnded(child)) signal(-(child.pid ?? 0), name);
        return await endOf(child, end);
      },
    };
  }

  /** Without a terminal, in a process group of its own, as a service and a script's line are. */
  #spawn(script: string, { env, cwd }: ShellOptions, stdin: "pipe" | "ignore"): ChildProcess {
    const { pid, home } = this.#place;
    const enter = ["--target", String(pid), "--net", "--mount", "--uts"];
    const lines = `cd '${cwd ?? home}'\n${script}`;
    return spawn("nsenter", [...enter, "bash", "--norc", "-euo", "pipefail", "-c", lines], {
      detached: true,
      stdio: [stdin, "pipe", "pipe"],
      env: { ...this.#place.env, HOME: home, ...env },
    });
  }
}

/** What does not end in time is killed, and has no code then. */
async function endOf(child: ChildProcess, end: Promise<Finished>): Promise<Finished> {
  const timer = setTimeout(() => signal(-(child.pid ?? 0), "SIGKILL"), PATIENCE_MS);
  const result = await end;
  clearTimeout(timer);
  return result;
}
