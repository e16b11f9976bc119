import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { build } from "vite";

/** Builds the dashboard, unless what is built is newer than all of its source. */
export async function ensureDashboard(): Promise<void> {
  const source = await readdir("dashboard", { recursive: true });
  const files = [...source.map((path) => join("dashboard", path)), "vite.config.ts"];
  const changed = await Promise.all(files.map(changedAt));
  if ((await changedAt("dist/dashboard/index.html")) > Math.max(...changed)) return;
  await build({ logLevel: "warn" });
}

/** 0 for what is not there. */
async function changedAt(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  return found?.mtimeMs ?? 0;
}
