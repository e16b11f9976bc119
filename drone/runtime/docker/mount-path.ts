import { createHash } from "node:crypto";
import { isAbsolute, join } from "node:path";
import type { BackendSpec } from "../../../src/protocol/drone-messages.ts";
import { RuntimeError } from "../runtime.ts";

const DEFAULT_NAMESPACE = "default";
/** File systems allow 255 bytes; the rest is room for the digest. */
const MAX_NAME_CHARS = 180;

/** The folder of the machine that a backend mounts: always below the mount base. */
export function mountPath(
  spec: Pick<BackendSpec, "mount" | "key">,
  mountBase: string | undefined,
): string | undefined {
  const { mount, key } = spec;
  if (mount === undefined || mount === false) return undefined;
  if (mountBase === undefined) throw refused("this drone has no mount base, so nothing is mounted");
  if (!isAbsolute(mountBase) || mountBase.includes(":")) {
    throw refused("the drone's mount base is not an absolute path without a colon");
  }
  if (mount === true) return join(mountBase, namespaceFolder(key.namespace), folderName(key.name));
  return join(mountBase, ...relativeSegments(mount));
}

function relativeSegments(path: string): string[] {
  const segments = path.split("/");
  const allowed = segments.every((segment) => /^(?!\.{1,2}$)[A-Za-z0-9_.-]+$/.test(segment));
  if (!allowed) throw refused(`the mount ${JSON.stringify(path)} is not a plain relative path`);
  return segments;
}

/** The namespace that is called like the nameless one's folder gets another, or two keys would share one. */
function namespaceFolder(namespace: string): string {
  if (namespace === "") return DEFAULT_NAMESPACE;
  return namespace === DEFAULT_NAMESPACE ? `%64${namespace.slice(1)}` : folderName(namespace);
}

/** One path segment for any name, another for each name, and never `.` or `..`. */
export function folderName(name: string): string {
  const encoded = name.replace(/[^A-Za-z0-9_.-]/gu, percentEncoded).replace(/^\./, "%2E");
  if (encoded.length <= MAX_NAME_CHARS) return encoded;
  // "%-" is in no encoded name, so a shortened one is like no other.
  const digest = createHash("sha256").update(encoded).digest("hex");
  return `${encoded.slice(0, MAX_NAME_CHARS - digest.length)}%-${digest}`;
}

function percentEncoded(character: string): string {
  if (/\p{Surrogate}/u.test(character)) return `%u${character.charCodeAt(0).toString(16)}`;
  return [...Buffer.from(character)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");
}

function refused(message: string): RuntimeError {
  return new RuntimeError("createfailed", message);
}
