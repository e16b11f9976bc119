import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "vitest";
import { tempDir } from "../harness/temp-dir.ts";
import { aSite, liveOnce } from "./whole-life.ts";

const APP = `
process.on("SIGTERM", () => process.exit(0));
require("node:http").createServer((_, response) => response.end()).listen(process.env.PORT);
`;

test("a process is spawned, routed to, counted as used and ended, and tells each of its states in order", {
  timeout: 60_000,
}, async () => {
  await using apps = await tempDir();
  await mkdir(join(apps.path, "app"));
  await writeFile(join(apps.path, "app", "index.js"), APP);
  await using site = await aSite("dr-life", { name: "process", appsDir: apps.path });
  await liveOnce(site, "app");
});
