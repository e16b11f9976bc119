import { InvalidArgumentError } from "commander";

/** One that fetch takes: it sends no user and no password, and would tell them in its error. */
export function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === "" && password === "";
}

/** An http or https URL, without a slash at the end. */
export function parseHttpUrl(text: string): string {
  if (!isHttpUrl(text)) {
    throw new InvalidArgumentError(
      "Expected a URL without user and password, such as http://127.0.0.1:8080.",
    );
  }
  return text.replace(/\/+$/, "");
}
