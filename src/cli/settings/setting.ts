import { Option } from "commander";

/** An option that may also be given as a variable: `--data-dir` as HANGAR_DATA_DIR. */
export function setting(flags: string, description: string): Option {
  const option = new Option(flags, description);
  return option.env(`HANGAR_${option.name().replaceAll("-", "_").toUpperCase()}`);
}
