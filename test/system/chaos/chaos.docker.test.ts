import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Finding } from "./check/finding.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const MINUTES = 60_000;

/** As `npm run chaos --` would run it. History and logs are kept if the rules that it breaks are not these. */
async function chaos(expected: string[], ...words: string[]): Promise<string[]> {
  const child = spawn(process.execPath, ["--import", "tsx", MAIN, "--keep", ...words], {
    stdio: ["ignore", "pipe", "pipe"],
  });
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
  if (broken.join() === expected.join()) await rm(dir, { recursive: true });
  else process.stderr.write(output);
  return broken;
}

test(
  "twenty faults break nothing of what must never be true",
  async () => {
    expect(await chaos([], "--faults", "20", "--seed", "11")).toEqual([]);
  },
  5 * MINUTES,
);

test(
  "a lease that is longer than the controller knows is seen as two live backends of a key",
  async () => {
    const seen = ["a key has two live backends"];
    expect(await chaos(seen, "--broken-lease", "--seed", "11")).toEqual(seen);
  },
  3 * MINUTES,
);
