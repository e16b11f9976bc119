import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { chmod, mkdtemp, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureDockerEngine } from "../../../scripts/docker-engine.ts";
import { ensurePostgres } from "../../../scripts/postgres.ts";
import { type ChaosOptions, readOptions, USAGE } from "./options.ts";

/**
 * What runs inside sees a network, mounts and processes of its own, and all of it dies with its first
 * process: nothing can be left running, and nobody else's containers or rules are touched.
 */
const UNSHARE = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
/** The first process of a namespace has to collect the orphans, which a shell does. */
const FIRST = ["sh", "-c", 'ip link set lo up && "$@"; exit $?', "sh"];
const CGROUPS = "/sys/fs/cgroup";

const options = readOptionsOrExit();
if (process.platform !== "linux" || process.getuid?.() !== 0) {
  process.stderr.write("The fault harness needs Linux, and root for namespaces of its own.\n");
  process.exit(2);
}
if (!existsSync(options.command)) {
  process.stderr.write(`There is no ${options.command}: npm run build\n`);
  process.exit(2);
}
await ensureDockerEngine();
if (options.store === "postgres") await ensurePostgres();
process.exitCode = await runInside(options);

function readOptionsOrExit(): ChaosOptions {
  try {
    const read = readOptions(process.argv.slice(2));
    return { ...read, command: resolve(read.command) };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

async function runInside(options: ChaosOptions): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), "hangar-chaos-"));
  // PostgreSQL's user has to get through to its folder.
  await chmod(dir, 0o711);
  const inside = fileURLToPath(new URL("inside.ts", import.meta.url));
  const node = [process.execPath, "--import", "tsx", inside, dir, JSON.stringify(options)];
  const [program = "", ...words] = [...UNSHARE, ...FIRST, ...node];
  process.stdout.write(`seed ${options.seed}\n`);
  const child = spawn(program, words, {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, TMPDIR: dir },
  });
  // A terminal tells the whole group; the child then ends by itself, and this process cleans up.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGKILL"));
  const [code] = (await once(child, "exit")) as [number | null];
  await removeCgroups();
  if (code === 0 && !options.keep) await rm(dir, { recursive: true, force: true });
  else await keep(dir);
  process.stdout.write(
    `\nseed ${options.seed}: ${code === 0 ? "nothing was broken" : "see above"}\n`,
  );
  return code ?? 1;
}

/** Logs and history stay, the Engine's data goes. */
async function keep(dir: string): Promise<void> {
  await rm(join(dir, "engines"), { recursive: true, force: true });
  process.stdout.write(`\nhistory and logs: ${dir}\n`);
}

/** A killed Engine leaves the groups of its containers behind, empty. */
async function removeCgroups(): Promise<void> {
  const hierarchies = readdirSync(CGROUPS).map((name) => join(CGROUPS, name));
  for (const hierarchy of [CGROUPS, ...hierarchies]) {
    const own = join(hierarchy, "hangar-chaos");
    if (!existsSync(own)) continue;
    const groups = readdirSync(own, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of groups) await rmdir(join(own, name)).catch(() => undefined);
    await rmdir(own).catch(() => undefined);
  }
}
