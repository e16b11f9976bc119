import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { type AnswerSize, bodyOf, DIGEST_PATH, HEAD_PATH } from "./answers.ts";
import { ECHO, FRAME, requestFor, requestsOf, UPGRADE, UPLOAD } from "./requests.ts";

const DEADLINE_MS = 10_000;
const SIZES: readonly AnswerSize[] = ["small", "medium", "large"];

/** Rejects unless all that is going to be measured comes through this port byte for byte. */
export async function checkForwarding(port: number, { isProxy }: { isProxy: boolean }) {
  for (const size of SIZES) {
    const { body } = await ask(port, requestFor(`/check/${size}`));
    claim(body.equals(bodyOf(size)), `the ${size} answer has arrived changed`);
  }
  const [upload] = requestsOf({ upload: DIGEST_PATH });
  const { body: digest } = await ask(port, upload as Buffer);
  const expected = createHash("sha1").update(UPLOAD).digest("hex");
  claim(digest.toString() === `${expected}\n`, "the upload has arrived changed");
  if (isProxy) checkHeaders((await ask(port, requestFor(`/check/${HEAD_PATH}`))).body);
  await checkEcho(port);
}

function checkHeaders(head: Buffer): void {
  const text = head.toString("latin1").toLowerCase();
  const sent = requestFor("/").toString("latin1").toLowerCase();
  const host = /\r\nhost: *(\S+)/;
  claim(host.exec(text)?.[1] === host.exec(sent)?.[1], "the Host header has changed");
  claim(/\r\nx-forwarded-for: *127\.0\.0\.1/.test(text), "there is no X-Forwarded-For");
}

async function checkEcho(port: number): Promise<void> {
  const socket = await dial(port);
  try {
    socket.write(UPGRADE);
    const head = await receive(socket, (bytes) => bytes.includes("\r\n\r\n"));
    claim(head.toString("latin1").startsWith("HTTP/1.1 101 "), "there is no WebSocket");
    for (const count of [1, 3]) {
      socket.write(Buffer.concat(Array<Buffer>(count).fill(FRAME)));
      const expected = Buffer.concat(Array<Buffer>(count).fill(ECHO));
      const echo = await receive(socket, (bytes) => bytes.length >= expected.length);
      claim(echo.equals(expected), "the echo has arrived changed");
    }
  } finally {
    socket.destroy();
  }
}

async function ask(port: number, request: Buffer): Promise<{ body: Buffer }> {
  const socket = await dial(port);
  try {
    socket.write(request);
    const isComplete = (bytes: Buffer) => {
      const { begin, length } = bodyIn(bytes);
      return begin >= 0 && bytes.length >= begin + length;
    };
    const bytes = await receive(socket, isComplete);
    const { head, begin } = bodyIn(bytes);
    claim(head.startsWith("HTTP/1.1 200 "), `answered ${head.slice(0, 300)}`);
    return { body: bytes.subarray(begin) };
  } finally {
    socket.destroy();
  }
}

function bodyIn(bytes: Buffer): { head: string; begin: number; length: number } {
  const headEnds = bytes.indexOf("\r\n\r\n");
  const head = bytes.toString("latin1", 0, Math.max(0, headEnds));
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  return { head, begin: headEnds < 0 ? -1 : headEnds + 4, length };
}

async function dial(port: number): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port });
  await once(socket, "connect", { signal: AbortSignal.timeout(DEADLINE_MS) });
  return socket;
}

function receive(socket: Socket, isEnough: (bytes: Buffer) => boolean): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const take = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (isEnough(bytes)) settle(() => resolve(bytes));
    };
    const fail = () => settle(() => reject(new Error(`no more than ${bytes.length} bytes came`)));
    const timer = setTimeout(fail, DEADLINE_MS);
    const settle = (end: () => void) => {
      clearTimeout(timer);
      socket.off("data", take).off("close", fail);
      end();
    };
    socket.on("data", take).on("close", fail);
    socket.on("error", fail);
  });
}

function claim(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
