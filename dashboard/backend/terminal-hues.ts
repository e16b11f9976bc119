const HUES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

/** The colours that a theme gives to a log: each is readable on its ground. */
export type Hue = (typeof HUES)[number] | "gray";

/** Of the sixteen colours of a terminal: the bright ones are the same, but for black's, which is a gray. */
export function hueOf(index: number): Hue | undefined {
  return index === 8 ? "gray" : index >= 0 && index < 16 ? HUES[index % 8] : undefined;
}

/** Of one of 256 colours: the sixteen, a cube of 6 × 6 × 6, and 24 grays. */
export function hueOfPalette(index: number): Hue | undefined {
  if (index < 16) return hueOf(index);
  if (index >= 232) return nearestHue([index, index, index].map((gray) => 8 + (gray - 232) * 10));
  const cube = index - 16;
  const steps = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6];
  return nearestHue(steps.map((step) => (step === 0 ? 0 : 55 + step * 40)));
}

/** Where on the circle of colours, in degrees, a hue ends. */
const ENDS: readonly (readonly [number, Hue])[] = [
  [20, "red"],
  [75, "yellow"],
  [165, "green"],
  [205, "cyan"],
  [262, "blue"],
  [330, "magenta"],
  [360, "red"],
];
const LEAST_SATURATION = 0.22;

/** Of any colour, by red, green and blue of 0 to 255. */
export function nearestHue(color: readonly number[]): Hue {
  const [red = 0, green = 0, blue = 0] = color.map((part) => part / 255);
  const [most, least] = [Math.max(red, green, blue), Math.min(red, green, blue)];
  if (most - least < LEAST_SATURATION * Math.max(most, 0.5)) {
    return most < 0.25 ? "black" : most < 0.72 ? "gray" : "white";
  }
  const turn =
    most === red
      ? (green - blue) / (most - least)
      : most === green
        ? 2 + (blue - red) / (most - least)
        : 4 + (red - green) / (most - least);
  const degrees = (turn * 60 + 360) % 360;
  return ENDS.find(([end]) => degrees <= end)?.[1] ?? "red";
}
