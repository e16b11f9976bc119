import { ensureCommand } from "../../scripts/debian.ts";

/** Before the tests that need a CA: Pebble, the ACME server that Let's Encrypt tests with. */
export async function setup(): Promise<void> {
  await ensureCommand("pebble", "pebble");
}
