import { resolve } from "node:path";
import { build, type Rolldown } from "vite";

/** One script for browsers, as an app's bundler makes it, with Hangar's parts from `sources`. */
export async function bundle(entry: string, alias: Record<string, string> = {}): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: "silent",
    resolve: { alias },
    build: {
      write: false,
      target: "es2022",
      rollupOptions: { input: resolve(entry), external: ["react"] },
      modulePreload: { polyfill: false },
    },
  });
  const [{ output }] = [result].flat() as [Rolldown.RolldownOutput];
  return output[0].code;
}
