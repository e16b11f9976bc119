import { execFile } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What the loader and the resolver of names look for beside the libraries themselves. */
const LOOKED_UP = ["/etc/ld.so.cache", "/etc/nsswitch.conf"];

export interface HostNode {
  executable: string;
  /** The executable and all that it needs to run in an otherwise empty root, by absolute path. */
  files: string[];
}

/** The node that runs this, with its loader and shared libraries. Linux only. */
export async function findHostNode(): Promise<HostNode> {
  const executable = realpathSync(process.execPath);
  const libraries = await sharedLibraries(executable);
  return { executable, files: [executable, ...libraries, ...LOOKED_UP.filter(existsSync)] };
}

/** The loader and libraries of an executable. ldd says "name => path (address)", or "path (address)" for the loader. */
export async function sharedLibraries(executable: string): Promise<string[]> {
  if (process.platform !== "linux") {
    throw new Error(
      "only a Linux machine's own node can go into an image; see examples/Dockerfile",
    );
  }
  const { stdout } = await run("ldd", [executable]);
  return [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = ""]) => path);
}
