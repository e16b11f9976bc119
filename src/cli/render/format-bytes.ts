const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** "512 B", "1.5 GiB", "16 GiB". */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1_023.5 && unit < UNITS.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  const rounded =
    value < 9.95 && unit > 0 ? value.toFixed(1).replace(/\.0$/, "") : value.toFixed(0);
  return `${rounded} ${UNITS[unit]}`;
}

/** "3.1 of 8 GiB": both in the unit of the whole. */
export function formatShare(bytes: number, totalBytes: number): string {
  const total = formatBytes(totalBytes);
  const [amount = "", unit = ""] = total.split(" ");
  const part = (bytes / 1_024 ** UNITS.indexOf(unit)).toFixed(1).replace(/\.0$/, "");
  return `${Number(part) < 10 ? part : Math.round(Number(part))} of ${amount} ${unit}`;
}
