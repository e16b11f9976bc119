import { join } from "node:path";

export function journalPath(dataDir: string): string {
  return join(dataDir, "drone.db");
}
