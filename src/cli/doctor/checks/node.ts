import { type Finding, fail, ok } from "../finding.ts";
import type { Check } from "../run-checks.ts";

const LEAST = 20;

export const node: Check = { name: "Node", run: () => [judgeNode(process.versions.node)] };

export function judgeNode(version: string): Finding {
  if (Number.parseInt(version, 10) >= LEAST) return ok("Node", version);
  return fail("Node", `${version}, and Hangar needs ${LEAST}`, `Install Node ${LEAST} or later.`);
}
