import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ControllerConfig } from "./config.ts";

/** Beside the keys of the first start: where they may be sent to, a URL a line. A command reads it. */
export async function noteUrls(
  { dataDir, publicUrl }: Pick<ControllerConfig, "dataDir" | "publicUrl">,
  listening: string,
): Promise<void> {
  const urls = publicUrl === undefined ? [listening] : [listening, publicUrl];
  const file = join(dataDir, "keys", "api.urls");
  // In one step, so that a reader finds the old ones or the new ones.
  await writeFile(`${file}.new`, `${urls.join("\n")}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
