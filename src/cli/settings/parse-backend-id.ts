import { InvalidArgumentError } from "commander";

/** Told here, so that a slip of the finger is no refusal of the API. */
export function parseBackendId(text: string): string {
  if (/^[a-z0-9]{14}$/.test(text)) return text;
  throw new InvalidArgumentError(
    "A backend's id has 14 lower-case letters and digits; see `hangar ls`.",
  );
}

export function parseBackendIds(text: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, parseBackendId(text)];
}
