import pc from "picocolors";
import type { Colors } from "picocolors/types.js";

/** One of the two output streams, as what it can show. */
export interface Screen {
  readonly stream: NodeJS.WriteStream;
  readonly colors: Colors;
  /** A person watches: lines may be redrawn. */
  readonly isInteractive: boolean;
  line(text?: string): void;
}

/** Results go to `out`; progress, notes and errors to `err`. */
export interface Terminal {
  readonly out: Screen;
  readonly err: Screen;
  /** From now on no colours are given out, whatever the streams can show. */
  dropColors(): void;
}

export function openTerminal(
  stdout: NodeJS.WriteStream,
  stderr: NodeJS.WriteStream,
  env: NodeJS.ProcessEnv,
): Terminal {
  const [out, err] = [openScreen(stdout, env), openScreen(stderr, env)];
  return {
    out,
    err,
    dropColors: () => {
      for (const screen of [out, err]) screen.colors = pc.createColors(false);
    },
  };
}

/** How wide a line may be: where nobody watches, as wide as it likes. */
export function widthOfScreen({ stream, isInteractive }: Screen): number {
  return isInteractive ? stream.columns || Number.POSITIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function openScreen(
  stream: NodeJS.WriteStream,
  env: NodeJS.ProcessEnv,
): Screen & { colors: Colors } {
  const isInteractive = stream.isTTY === true && env.TERM !== "dumb";
  return {
    stream,
    isInteractive,
    colors: pc.createColors(wantsColor(isInteractive, env)),
    line: (text = "") => {
      stream.write(`${text}\n`);
    },
  };
}

/** NO_COLOR (no-color.org) beats FORCE_COLOR, and both beat what the stream is. */
function wantsColor(isInteractive: boolean, env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0";
  return isInteractive;
}
