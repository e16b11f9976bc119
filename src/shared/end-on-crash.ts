import { type DescribedError, describeError } from "./describe-error.ts";
import { redactText } from "./redact.ts";

/**
 * Ends this process on an error that nobody took, as Node does by itself. But Node shows whatever a
 * library has hung on its error, such as the row that a database refused.
 */
export function endOnCrash(): void {
  process.on("uncaughtException", (error) => {
    process.stderr.write(`${redactText(crashText(describeError(error)))}\n`);
    process.exit(1);
  });
}

function crashText(told: DescribedError | string): string {
  if (typeof told === "string") return `uncaught: ${told}`;
  const { type, message, stack = `${type}: ${message}`, cause, errors = [] } = told;
  const inner = [...(cause === undefined ? [] : [cause]), ...errors].map(crashText);
  return [stack, ...inner.map((text) => `caused by ${text}`)].join("\n");
}
