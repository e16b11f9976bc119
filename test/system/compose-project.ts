import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ensureCompose } from "../../scripts/compose.ts";
import { tellingContainer } from "../harness/answers/told-answers.ts";
import { type TempDir, tempDir } from "../harness/temp-dir.ts";

const run = promisify(execFile);

/** docker-compose.yml as a project of a test's own, with its own ports, names and base images. */
export class ComposeProject implements AsyncDisposable {
  readonly name: string;
  readonly #dir: TempDir;
  readonly #words: string[];

  private constructor(name: string, dir: TempDir, words: string[]) {
    this.name = name;
    this.#dir = dir;
    this.#words = words;
  }

  static async create(
    name: string,
    baseImage: string,
    settings: Record<string, string>,
  ): Promise<ComposeProject> {
    const dir = await tempDir();
    const [override, envFile] = [join(dir.path, "override.json"), join(dir.path, "settings.env")];
    const args = { BUILD_IMAGE: baseImage, RUNTIME_IMAGE: baseImage };
    // The bridge that builds run on by default has no way to a package registry on every machine.
    const build = { context: ".", network: "host", args };
    const controller = { build, ...(await tellingContainer()) };
    await writeFile(override, JSON.stringify({ services: { controller } }));
    const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
    await writeFile(envFile, lines.join(""));
    const files = ["-f", "docker-compose.yml", "-f", override];
    const words = [...(await ensureCompose()), "-p", name, "--env-file", envFile, ...files];
    return new ComposeProject(name, dir, words);
  }

  /** Gives what the command wrote to stdout. */
  async run(...args: string[]): Promise<string> {
    const [program = "", ...words] = [...this.#words, ...args];
    const { stdout } = await run(program, words, { maxBuffer: 64 * 1_048_576 });
    return stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.run("down", "--volumes", "--timeout", "5");
    await this.#dir[Symbol.asyncDispose]();
  }
}
