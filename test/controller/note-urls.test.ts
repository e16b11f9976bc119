import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { aController } from "./a-controller.ts";

test("a controller writes down beside its keys where they may be sent to", async () => {
  await using site = await aController({ host: "0.0.0.0", publicUrl: "https://h.example.com" });
  const file = join(site.dataDir, "keys/api.urls");
  const { port } = new URL(site.controller.url);
  expect(await readFile(file, "utf8")).toBe(`http://0.0.0.0:${port}\nhttps://h.example.com\n`);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});
