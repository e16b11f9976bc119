/** What fits into a close frame beside the code. */
const REASON_BYTES = 123;

/** Throws what a WebSocket's own `close` would: only these may a page send. */
export function checkClosing(code: number | undefined, reason: string): void {
  if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
    const message = `the close code ${code} is neither 1000 nor from 3000 to 4999`;
    throw new DOMException(message, "InvalidAccessError");
  }
  const { length } = new TextEncoder().encode(reason);
  if (length <= REASON_BYTES) return;
  const message = `the reason to close has ${length} bytes, and ${REASON_BYTES} fit`;
  throw new DOMException(message, "SyntaxError");
}
