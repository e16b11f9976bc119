const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "840 ms", "3.2 s", "4 m 5 s", "2 h", "3 d 4 h": two units at most, for people. */
export function formatDuration(ms: number): string {
  if (ms < 0) return formatDuration(0);
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < 10 * SECOND) return `${(ms / SECOND).toFixed(1)} s`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return inTwo(ms, MINUTE, "m", SECOND, "s");
  if (ms < DAY) return inTwo(ms, HOUR, "h", MINUTE, "m");
  return inTwo(ms, DAY, "d", HOUR, "h");
}

function inTwo(ms: number, large: number, largeName: string, small: number, smallName: string) {
  const whole = `${Math.floor(ms / large)} ${largeName}`;
  const rest = Math.floor((ms % large) / small);
  return rest === 0 ? whole : `${whole} ${rest} ${smallName}`;
}

/** "8 s", "4 m", "2 h", "3 d": one unit, for columns of ages. */
export function formatAge(ms: number): string {
  const age = Math.max(0, ms);
  if (age < MINUTE) return `${Math.floor(age / SECOND)} s`;
  if (age < HOUR) return `${Math.floor(age / MINUTE)} m`;
  if (age < 2 * DAY) return `${Math.floor(age / HOUR)} h`;
  return `${Math.floor(age / DAY)} d`;
}

/** "1:04:09", "4:09": what is left, by the second. */
export function formatCountdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / SECOND));
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (part: number) => String(part).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** "0 B", "1.5 MiB", "12 GiB": three digits at most, and after the point no more than `mostAfterPoint`. */
export function formatBytes(bytes: number, mostAfterPoint = 2): string {
  const power = bytes < 1 ? 0 : Math.min(5, Math.floor(Math.log2(bytes) / 10));
  const amount = bytes / 1_024 ** power;
  const digits = power === 0 || amount >= 100 ? 0 : amount >= 10 ? 1 : 2;
  return `${trimZeros(amount.toFixed(Math.min(mostAfterPoint, digits)))} ${BYTE_UNITS[power]}`;
}

export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond, 1)}/s`;
}

/** "0.25", "1.5", "16": cores, with no more digits than mean something. */
export function formatCores(cores: number): string {
  return trimZeros(cores.toFixed(cores >= 10 ? 1 : 2));
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

const count = new Intl.NumberFormat("en");

/** "10,000" */
export function formatCount(value: number): string {
  return count.format(value);
}

/** "1 backend", "3 backends" */
export function plural(value: number, noun: string, nouns = `${noun}s`): string {
  return `${formatCount(value)} ${value === 1 ? noun : nouns}`;
}

/** "14:05:09.120", by the reader's own clock. */
export function formatClock(epochMs: number): string {
  const date = new Date(epochMs);
  const two = (part: number) => String(part).padStart(2, "0");
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return `${time}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** "2026-11-23 14:05:09", by the reader's own clock. */
export function formatMoment(epochMs: number): string {
  const date = new Date(epochMs);
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${formatClock(epochMs).slice(0, 8)}`;
}

/** "editor:4.12.0" of "registry.example.com/editor:4.12.0": without the registry's host, for narrow columns. */
export function formatImage(image: string): string {
  const [host = "", ...rest] = image.split("/");
  return rest.length > 0 && /[.:]|^localhost$/.test(host) ? rest.join("/") : image;
}
