import { ERROR_MEANING } from "../protocol/errors.ts";

const PAGE = "docs/troubleshooting.md";

/** Where a refusal is explained: each code has an anchor of its own name. Undefined for what is no refusal. */
export function troubleshooting(code: string): string | undefined {
  return Object.hasOwn(ERROR_MEANING, code) ? `${PAGE}#${code}` : undefined;
}
