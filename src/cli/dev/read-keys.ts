import type { ReadStream } from "node:tty";

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";

export type PressedKey = "b" | "t" | "o" | "q";

/** Single keys, unseen; Ctrl-C is as good as q. Until it is disposed. */
export function readKeys(stdin: ReadStream, onKey: (key: PressedKey) => void): Disposable {
  const read = (pressed: Buffer) => {
    for (const key of pressed.toString()) {
      if (key === CTRL_C || key === CTRL_D) onKey("q");
      else if (isKey(key)) onKey(key);
    }
  };
  stdin.setRawMode(true).on("data", read).resume();
  return {
    [Symbol.dispose]() {
      stdin.off("data", read).setRawMode(false).pause();
    },
  };
}

function isKey(key: string): key is PressedKey {
  return ["b", "t", "o", "q"].includes(key);
}
