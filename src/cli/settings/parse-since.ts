import { InvalidArgumentError } from "commander";

/** "90s", "5m", "2h", "1d" as they are; a time, such as 2026-01-02T03:04:05Z, as epoch ms. */
export function parseSince(text: string): string {
  if (/^\d{1,15}[smhd]$/.test(text)) return text;
  const at = Date.parse(text);
  if (Number.isNaN(at) || at < 0) {
    throw new InvalidArgumentError("Expected how long ago, such as 90s, 5m or 2h, or a time.");
  }
  return String(at);
}
