import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isOwnHost } from "../doctor/own-addresses.ts";
import type { ClientSettings } from "./client-settings.ts";

/** Where a controller is unless somebody has said otherwise. */
export const DEFAULT_API_URL = "http://127.0.0.1:8080";

/**
 * The addresses of the data dir's controller, if its keys are not for the URL that is asked; undefined if
 * they are. It writes them down as it starts; before that it is taken to be at the usual one.
 */
export async function elsewhereThan({
  url,
  dataDir,
  dataDirIsForUrl,
}: ClientSettings): Promise<readonly string[] | undefined> {
  if (dataDirIsForUrl === true) return undefined;
  const text = await readFile(join(dataDir, "keys", "api.urls"), "utf8").catch(() => "");
  const written = text.split("\n").filter((line) => URL.canParse(line));
  const places = written.length === 0 ? [DEFAULT_API_URL] : written;
  return places.some((place) => isSamePlace(place, url)) ? undefined : places;
}

/** Whether who listens at `place` is reached by `url`. Another address of this machine may be another user's. */
export function isSamePlace(place: string, url: string): boolean {
  const [listening, asked] = [new URL(place), new URL(url)];
  if (listening.protocol !== asked.protocol || listening.port !== asked.port) return false;
  if (ANY_ADDRESS.includes(listening.hostname)) return isOwnHost(asked.hostname);
  return plain(listening.hostname) === plain(asked.hostname);
}

const ANY_ADDRESS: readonly string[] = ["0.0.0.0", "[::]"];

function plain(host: string): string {
  return host === "localhost" ? "127.0.0.1" : host;
}
