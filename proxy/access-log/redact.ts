import { HIDDEN, SECRET } from "../../src/shared/redact.ts";

/** A request target's path for a log: no query, no origin, and no segment that holds or hides a secret. */
export function redactPath(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, "").replace(/[?#].*$/s, "");
  return path
    .split("/")
    .map((segment) => (holdsSecret(segment) ? HIDDEN : segment))
    .join("/");
}

const MAX_DECODINGS = 5;

function holdsSecret(segment: string): boolean {
  let text = segment;
  for (let times = 0; times <= MAX_DECODINGS; times += 1) {
    if (text.search(SECRET) >= 0) return true;
    const decoded = decodedOnce(text);
    if (decoded === text) return false;
    text = decoded;
  }
  // Nobody encodes a path so often for a good reason.
  return true;
}

/** Byte by byte, so that what is no UTF-8 hides nothing. */
function decodedOnce(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
