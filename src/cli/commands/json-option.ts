import { Option } from "commander";

export function jsonOption(what = "print JSON"): Option {
  return new Option("--json", what);
}
