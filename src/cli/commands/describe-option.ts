import type { Option } from "commander";

/** "where the API listens (default: 8080; HANGAR_PORT)": choices, default and variable, in short. */
export function describeOption({
  description,
  argChoices,
  defaultValue,
  defaultValueDescription,
  envVar,
}: Option): string {
  const fallback = defaultValueDescription ?? defaultValue;
  const notes = [
    ...(argChoices === undefined ? [] : [argChoices.join(", ")]),
    ...(fallback === undefined ? [] : [`default: ${fallback}`]),
    ...(envVar === undefined ? [] : [envVar]),
  ];
  return notes.length === 0 ? description : `${description} (${notes.join("; ")})`;
}
