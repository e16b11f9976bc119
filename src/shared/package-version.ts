import { existsSync, readFileSync } from "node:fs";

/** From the package.json above this file, which stands one folder further away once compiled. */
export function packageVersion(): string {
  for (const above of ["../../package.json", "../../../package.json"]) {
    const file = new URL(above, import.meta.url);
    if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")).version;
  }
  return "unknown";
}
