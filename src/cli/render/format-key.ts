import type { Key } from "../../protocol/key.ts";
import { stripControl } from "./strip-control.ts";

/** `namespace/name` and the tag, as far as there are any, on one line: a key may be any text. */
export function formatKey({ namespace, name, tag }: Key): string {
  const text = `${namespace === "" ? "" : `${namespace}/`}${name}${tag === "" ? "" : ` (${tag})`}`;
  return stripControl(text).replace(/[\t\n]/g, " ");
}
