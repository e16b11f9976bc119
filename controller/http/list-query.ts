import { Type } from "typebox";
import { Status } from "../../src/protocol/backend-state.ts";

const OneOrMore = <T extends Type.TSchema>(schema: T, description: string) =>
  Type.Union([schema, Type.Array(schema)], { description });

/** What lists are narrowed by: given once, or again and again. */
export const StatusQuery = (description: string) => OneOrMore(Status, description);
export const LabelQuery = OneOrMore(
  Type.String({ pattern: "^[^=]+=.*$" }),
  "As `name=value`; of several all must hold.",
);

export function toLabels(label: string | readonly string[] | undefined): Record<string, string> {
  return Object.fromEntries([label ?? []].flat().map(splitLabel));
}

function splitLabel(label: string): [string, string] {
  const at = label.indexOf("=");
  return [label.slice(0, at), label.slice(at + 1)];
}
