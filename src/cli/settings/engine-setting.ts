import type { Option } from "commander";
import { ENGINE_NAMES } from "../../../proxy/config.ts";
import { setting } from "./setting.ts";

export function engineSetting(): Option {
  return setting("--engine <name>", "what moves the proxy's bytes")
    .choices(ENGINE_NAMES)
    .default("direct");
}
