import { chmod, chown, mkdir } from "node:fs/promises";
import type { Engine } from "./engine.ts";

/**
 * Makes the folder that a backend mounts, if it is new, so that the image's own user can write there:
 * the Engine would make it for root alone. Folders above it stay the drone's, so nobody else looks in.
 */
export async function makeMountFolder(engine: Engine, path: string, image: string): Promise<void> {
  const made = await mkdir(path, { recursive: true, mode: 0o711 });
  if (made === undefined) return;
  const { Config } = await engine.call((docker) => docker.getImage(image).inspect());
  const owner = numericUser(Config.User);
  if (owner !== undefined && process.getuid?.() === 0) await chown(path, owner.uid, owner.gid);
  // Only the image knows who a name is, and only root may give a folder away.
  else await chmod(path, 0o777);
}

/** Root has no user set; "65534" and "65534:65534" are numbers; a name is not known here. */
export function numericUser(user: string | undefined): { uid: number; gid: number } | undefined {
  if (user === undefined || user === "") return { uid: 0, gid: 0 };
  const { uid, gid = uid } = /^(?<uid>\d+)(:(?<gid>\d+))?$/.exec(user)?.groups ?? {};
  return uid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}
