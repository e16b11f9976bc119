import { InvalidArgumentError } from "commander";

/** A token itself is no id: told here, so that it does not end in the log of a controller. */
export function parseTokenId(text: string): string {
  if (/^tk_[0-9a-f]{24}$/.test(text)) return text;
  throw new InvalidArgumentError(
    "A token's id is tk_ and 24 digits or letters to f; see `hangar tokens ls`.",
  );
}
