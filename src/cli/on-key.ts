/** Calls back with each key that a person presses; nothing happens where nobody sits at the keyboard. */
export function onKey(callback: (key: string) => void): Disposable {
  const { stdin } = process;
  if (stdin.isTTY !== true) return { [Symbol.dispose]() {} };
  const heard = (text: Buffer) => {
    for (const key of text.toString()) callback(key);
  };
  // A raw terminal sends Ctrl-C as a key, and no signal.
  stdin.setRawMode(true).resume().on("data", heard);
  return {
    [Symbol.dispose]() {
      stdin.off("data", heard).setRawMode(false).pause();
    },
  };
}
