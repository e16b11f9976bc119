import { InvalidArgumentError } from "commander";

/** A whole number within the bounds, as an argument parser. */
export function integerWithin(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

/** 0 lets the system choose. */
export const parseListenPort = integerWithin(0, 65_535);

export function parsePositive(text: string): number {
  const value = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || value <= 0) {
    throw new InvalidArgumentError("Expected a number above 0, such as 0.5.");
  }
  return value;
}
