import { InvalidArgumentError } from "commander";

const WELL_KNOWN: Readonly<Record<string, string>> = {
  letsencrypt: "https://acme-v02.api.letsencrypt.org/directory",
  "letsencrypt-staging": "https://acme-staging-v02.api.letsencrypt.org/directory",
};

/** The URL of a CA's ACME directory, which ACME wants to be https; or the short name of a well-known one. */
export function parseAcmeDirectory(text: string): string {
  const known = WELL_KNOWN[text];
  if (known !== undefined) return known;
  if (URL.canParse(text) && new URL(text).protocol === "https:") return text;
  throw new InvalidArgumentError(
    "Expected the https URL of a CA's directory, letsencrypt or letsencrypt-staging.",
  );
}
