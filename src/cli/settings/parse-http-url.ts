import { InvalidArgumentError } from "commander";

/** An http or https URL, without a slash at the end. */
export function parseHttpUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new InvalidArgumentError("Expected a URL, such as http://127.0.0.1:8080.");
  }
  return text.replace(/\/+$/, "");
}
