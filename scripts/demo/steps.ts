import colors from "picocolors";

const NAME_WIDTH = 58;

/** Runs one step of many, and prints its name and how long it took, or that it failed. */
export async function step<T>(name: string, task: () => Promise<T>): Promise<T> {
  const startedMs = performance.now();
  if (process.stdout.isTTY) process.stdout.write(`  ${colors.dim("…")} ${name}`);
  const finish = (mark: string) => {
    const tookMs = Math.round(performance.now() - startedMs);
    const start = process.stdout.isTTY ? "\r" : "";
    console.log(`${start}  ${mark} ${name.padEnd(NAME_WIDTH)} ${colors.dim(`${tookMs} ms`)}`);
  };
  try {
    const result = await task();
    finish(colors.green("✓"));
    return result;
  } catch (error) {
    finish(colors.red("✗"));
    throw error;
  }
}

/** The claim of a step: what does not hold, fails it. */
export function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}
