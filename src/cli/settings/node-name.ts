import { InvalidArgumentError } from "commander";

const MAX_LENGTH = 45;

/** "dr-build-box-3" for "Build_Box.3": a DNS label made of the host's name. */
export function defaultNodeName(prefix: "dr" | "px", hostName: string): string {
  const label = hostName.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return `${prefix}-${label}`.slice(0, MAX_LENGTH).replace(/-+$/, "");
}

export function parseNodeName(text: string): string {
  if (text.length > MAX_LENGTH || !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text)) {
    throw new InvalidArgumentError(
      `Expected lower-case letters, digits and inner dashes, at most ${MAX_LENGTH}.`,
    );
  }
  return text;
}
