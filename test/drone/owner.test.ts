import { expect, test } from "vitest";
import { accepted } from "../../drone/backend/backend-record.ts";
import type { DroneConfig } from "../../drone/config.ts";
import { openState } from "../../drone/open-state.ts";
import { ServiceStack } from "../../src/shared/service-stack.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { specOf } from "./spec-of.ts";

async function opened(dataDir: string, name: string, cluster: string) {
  const stack = new ServiceStack();
  try {
    const config = { dataDir, name, cluster } as DroneConfig;
    return Object.assign(stack, await openState(config, stack));
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
}

test("a data dir with backends of one drone is not opened for another", async () => {
  await using dir = await tempDir();
  const spec = specOf();
  {
    await using first = await opened(dir.path, "dr-one", "localhost:9090");
    first.journal.insert(accepted(spec, 1));
  }
  await expect(opened(dir.path, "dr-two", "localhost:9090")).rejects.toThrow('"dr-one"');
  await expect(opened(dir.path, "dr-one", "localhost:9091")).rejects.toThrow('"localhost:9090"');
  {
    await using again = await opened(dir.path, "dr-one", "localhost:9090");
    again.journal.forget(spec.backend_id, 2);
  }
  await using other = await opened(dir.path, "dr-two", "localhost:9091");
  expect(other.journal.owner()).toEqual({ drone: "dr-two", cluster: "localhost:9091" });
});
