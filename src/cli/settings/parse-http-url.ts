import { InvalidArgumentError } from "commander";

export function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** An http or https URL, without a slash at the end. */
export function parseHttpUrl(text: string): string {
  if (isHttpUrl(text)) return text.replace(/\/+$/, "");
  throw new InvalidArgumentError("Expected a URL, such as http://127.0.0.1:8080.");
}
