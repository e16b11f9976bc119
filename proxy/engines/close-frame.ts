/** RFC 6455 §7.4.1: "going away", so that a client connects anew, elsewhere. */
export const GOING_AWAY = closeFrame(1_001, "");
/** "Policy violation": to connect anew with the same token is in vain. */
export const TOKEN_REVOKED = closeFrame(1_008, "token revoked");

/** As a server sends it: not masked. */
function closeFrame(code: number, reason: string): Buffer {
  const frame = Buffer.alloc(4 + reason.length);
  frame[0] = 0x88;
  frame[1] = 2 + reason.length;
  frame.writeUInt16BE(code, 2);
  frame.write(reason, 4, "latin1");
  return frame;
}
