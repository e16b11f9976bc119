import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Finding } from "./check/finding.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const MINUTES = 60_000;

/** As `npm run chaos --` would run it; gives the rules that were broken. Logs are kept if that was not meant. */
async function chaos(
  signal: AbortSignal,
  ...words: string[]
): Promise<{ broken: string[]; output: string }> {
  const child = spawn(process.execPath, ["--import", "tsx", MAIN, "--keep", ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  child.on("error", () => undefined);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (part) => {
      output += part;
    });
  }
  await once(child, "close");
  const dir = /^history and logs: (?<dir>.+)$/m.exec(output)?.groups?.dir;
  if (dir === undefined) throw new Error(output);
  const findings = JSON.parse(readFileSync(`${dir}/findings.json`, "utf8")) as Finding[];
  const broken = findings.filter(({ violations }) => violations.length > 0).map(({ rule }) => rule);
  if (broken.length === 0 || words.includes("--broken-lease")) await rm(dir, { recursive: true });
  return { broken, output };
}

test(
  "twenty faults break nothing of what must never be true",
  async ({ signal }) => {
    const { broken, output } = await chaos(
      signal,
      "--lease",
      "4,9,11,13",
      "--faults",
      "20",
      "--seed",
      "11",
    );
    expect(broken, output).toEqual([]);
  },
  5 * MINUTES,
);

test(
  "a lease that is longer than the controller knows is seen as two live backends of a key",
  async ({ signal }) => {
    const { broken, output } = await chaos(signal, "--broken-lease", "--seed", "11");
    expect(broken, output).toContain("a key has two live backends");
  },
  3 * MINUTES,
);
