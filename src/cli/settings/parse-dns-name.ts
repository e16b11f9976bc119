import { InvalidArgumentError } from "commander";

const NAME =
  /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** A name of DNS in lower case, without a dot at its end. */
export function parseDnsName(text: string): string {
  const name = text.toLowerCase().replace(/\.$/, "");
  if (NAME.test(name)) return name;
  throw new InvalidArgumentError("Expected a DNS name, such as acme.example.net.");
}
