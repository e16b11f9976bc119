import { InvalidArgumentError } from "commander";

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** As `parseSeconds`; but without any time nothing would ever be answered. */
export function parseSomeSeconds(text: string): number {
  const seconds = parseSeconds(text);
  if (seconds === 0) throw new InvalidArgumentError("Expected at least a second.");
  return seconds;
}

/** "90", "90s", "5m", "1.5h", "2d", in whole seconds. */
export function parseSeconds(text: string): number {
  const { amount, unit = "s" } =
    /^(?<amount>\d+(\.\d+)?)(?<unit>[smhd])?$/.exec(text)?.groups ?? {};
  if (amount === undefined) {
    throw new InvalidArgumentError("Expected seconds or a duration, such as 90, 5m or 2h.");
  }
  return Math.round(Number(amount) * SECONDS[unit as keyof typeof SECONDS]);
}
