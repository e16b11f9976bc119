import { onKey } from "../on-key.ts";

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";

export type PressedKey = "b" | "t" | "o" | "q";

/** Single keys, unseen; Ctrl-C is as good as q. Until it is disposed. */
export function readKeys(onPressed: (key: PressedKey) => void): Disposable {
  return onKey((key) => {
    if (key === CTRL_C || key === CTRL_D) onPressed("q");
    else if (isKey(key)) onPressed(key);
  });
}

function isKey(key: string): key is PressedKey {
  return ["b", "t", "o", "q"].includes(key);
}
