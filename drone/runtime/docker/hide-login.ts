import type { Credentials } from "../../../src/protocol/spawn-config.ts";

const HIDDEN = "[redacted]";

/** Somebody's words without the password of a login, in each form in which it may come back. */
export function hideLogin(text: string, { username, password }: Credentials): string {
  if (password === "") return text;
  const base64 = Buffer.from(`${username}:${password}`).toString("base64").replace(/=+$/, "");
  const forms = [
    base64,
    base64.replaceAll("+", "-").replaceAll("/", "_"),
    encodeURIComponent(password),
    JSON.stringify(password).slice(1, -1),
    password,
  ];
  return forms.reduce((rest, form) => rest.replaceAll(form, HIDDEN), text);
}
