import { expect, onTestFinished, test } from "vitest";
import { docBlocks } from "../../harness/doc-blocks.ts";
import { startBalancer, takeKeys } from "./balancer.ts";
import { startDatabase, writePasswordFile } from "./database.ts";
import type { Machine } from "./machine.ts";
import { endInOrder } from "./serving.ts";
import { Walk } from "./walk.ts";
import type { World } from "./world.ts";

const SLOW = { timeout: 180_000 };
/** So short that what was lost for longer than a lease shows soon. */
const SHORT_LEASE = { env: { HANGAR_LEASE: "3,8,9,10" } };

export function productionSuite(world: () => World): void {
  test("docs/production.md leads to several machines that serve, and back from a backup", SLOW, async () => {
    const walk = new Walk(world(), "docs/production.md");
  });
}
