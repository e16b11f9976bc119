const ENTER = "\u001b[?1049h\u001b[?25l";
const LEAVE = "\u001b[?25h\u001b[?1049l";
const HOME = "\u001b[H";
const CLEAR_LINE = "\u001b[K";
const CLEAR_BELOW = "\u001b[J";

export interface FullScreen extends Disposable {
  /** In place of what is shown. */
  draw(lines: readonly string[]): void;
}

/** The terminal's other screen, without its cursor; once disposed, what was there before is there again. */
export function openFullScreen(stream: NodeJS.WriteStream): FullScreen {
  const leave = () => void stream.write(LEAVE);
  stream.write(ENTER);
  // A process that is ended in the middle must not leave a terminal without a cursor.
  process.once("exit", leave);
  return {
    draw: (lines) => {
      const text = lines.map((line) => `${line}${CLEAR_LINE}`).join("\r\n");
      stream.write(`${HOME}${text}${CLEAR_BELOW}`);
    },
    [Symbol.dispose]() {
      process.off("exit", leave);
      leave();
    },
  };
}
