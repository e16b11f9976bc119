import { InvalidArgumentError } from "commander";

const POWERS = { b: 0, k: 1, m: 2, g: 3, t: 4 } as const;
const SIZE = /^(?<amount>\d+(\.\d+)?)(?<unit>[bkmgt])?(i?b)?$/i;

/** "256m", "1.5g", "512KiB", "1048576": powers of 1,024, as Docker reads them. */
export function parseBytes(text: string): number {
  const { amount, unit = "b" } = SIZE.exec(text)?.groups ?? {};
  if (amount === undefined) {
    throw new InvalidArgumentError("Expected a size, such as 256m or 1.5g.");
  }
  return Math.round(Number(amount) * 1_024 ** POWERS[unit.toLowerCase() as keyof typeof POWERS]);
}
