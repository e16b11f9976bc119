/** Calls back when a person presses one of these keys; nothing happens where nobody sits at the keyboard. */
export function onKey(keys: readonly string[], callback: () => void): Disposable {
  const { stdin } = process;
  if (stdin.isTTY !== true) return { [Symbol.dispose]() {} };
  const heard = (text: Buffer) => {
    if (keys.includes(text.toString())) callback();
  };
  // A raw terminal sends Ctrl-C as a key, and no signal.
  stdin.setRawMode(true).resume().on("data", heard);
  return {
    [Symbol.dispose]() {
      stdin.off("data", heard).setRawMode(false).pause();
    },
  };
}
