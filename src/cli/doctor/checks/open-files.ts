import { readFile } from "node:fs/promises";
import { type Finding, fail, ok, skipped, warn } from "../finding.ts";
import type { Check } from "../run-checks.ts";

const NAME = "open files";
/** A proxy takes 16,384 connections, each with one of its own to a backend. */
const ENOUGH = 2 * 16_384 + 256;
const TOO_FEW = 1_024;

export const openFiles: Check = {
  name: NAME,
  async run() {
    return [judgeOpenFiles(await readFile("/proc/self/limits", "utf8").catch(() => undefined))];
  },
};

/** Of /proc/self/limits: Node raises the soft limit to the hard one by itself. */
export function judgeOpenFiles(limits: string | undefined): Finding {
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits ?? "")?.[1];
  if (hard === undefined) return skipped(NAME, "the limit is not known on this system");
  if (hard === "unlimited" || Number(hard) >= ENOUGH) return ok(NAME, `at most ${hard}`);
  const todo =
    "Raise it: LimitNOFILE= of systemd, ulimits of Docker, or /etc/security/limits.conf.";
  const found = `at most ${hard}; a full proxy needs ${ENOUGH}`;
  return Number(hard) <= TOO_FEW ? fail(NAME, found, todo) : warn(NAME, found, todo);
}
