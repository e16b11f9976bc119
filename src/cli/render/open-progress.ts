import type { Screen } from "../terminal.ts";
import { formatDuration } from "./format-duration.ts";

/** What is being done now, and what has been done, line by line. */
export interface Progress extends Disposable {
  doing(text: string): void;
  done(text: string, ms: number): void;
}

export const NO_PROGRESS: Progress = { doing() {}, done() {}, [Symbol.dispose]() {} };

/** A spinner for a person; plain lines, without what changes all the time, for a file. */
export async function openProgress(screen: Screen): Promise<Progress> {
  return screen.isInteractive ? await openSpinner(screen) : plainProgress(screen);
}

function plainProgress({ line }: Screen): Progress {
  return {
    doing() {},
    done: (text, ms) => line(`${text} (${formatDuration(ms)})`),
    [Symbol.dispose]() {},
  };
}

async function openSpinner({ stream, line, colors }: Screen): Promise<Progress> {
  const { default: ora } = await import("ora");
  // Without discardStdin, Ctrl-C reaches the process as it does without a spinner.
  const spinner = ora({ stream, prefixText: " ", color: "cyan", discardStdin: false });
  return {
    doing(text) {
      spinner.text = text;
      if (!spinner.isSpinning) spinner.start();
    },
    done(text, ms) {
      const wasSpinning = spinner.isSpinning;
      spinner.stop();
      line(`  ${colors.green("✔")} ${text.padEnd(14)} ${colors.dim(formatDuration(ms))}`);
      if (wasSpinning) spinner.start();
    },
    [Symbol.dispose]: () => void spinner.stop(),
  };
}
