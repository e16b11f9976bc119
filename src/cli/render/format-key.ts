import type { Key } from "../../protocol/key.ts";

/** `namespace/name` and the tag, as far as there are any. */
export function formatKey({ namespace, name, tag }: Key): string {
  return `${namespace === "" ? "" : `${namespace}/`}${name}${tag === "" ? "" : ` (${tag})`}`;
}
