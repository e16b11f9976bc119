import type { Status } from "../../protocol/backend-state.ts";
import type { LogLine } from "../../protocol/log-line.ts";

/** What happens in `hangar dev`; with --json, a line each. Times in ms. */
export type DevEvent =
  | {
      event: "up";
      dir: string;
      api_url: string;
      cluster: string;
      data_dir: string;
      admin_key_file: string;
    }
  | { event: "build-started"; because: "start" | "asked" | "change"; files: readonly string[] }
  | { event: "build-step"; text: string }
  | { event: "build-output"; text: string }
  /** `is_new` is false if the image is the one that there was. */
  | { event: "built"; image: string; took_ms: number; is_new: boolean }
  | { event: "build-failed"; message: string; log_tail: readonly string[] }
  | { event: "synced"; files: readonly string[]; backends: readonly string[]; took_ms: number }
  /** They ran an older image, and have ended. */
  | { event: "replaced"; backends: readonly string[] }
  | { event: "backend"; backend_id: string; key: string; status: Status; message: string | null }
  | { event: "log"; backend_id: string; stream: LogLine["stream"]; line: string }
  | { event: "opened"; url: string }
  | { event: "note"; level: "info" | "warn" | "error"; text: string }
  | { event: "stopped" };

export type Tell = (event: DevEvent) => void;
