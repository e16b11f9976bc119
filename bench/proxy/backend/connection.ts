import { createHash, type Hash } from "node:crypto";
import type { Socket } from "node:net";
import { ANSWER_BYTES, type AnswerSize, bodyOf, DIGEST_PATH, HEAD_PATH } from "../answers.ts";
import { FrameEcho } from "./frame-echo.ts";
import { type BackendRequest, readRequest } from "./request-head.ts";

const ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const EMPTY = Buffer.alloc(0);
const NOT_FOUND = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";

const ANSWERS = new Map(
  (Object.keys(ANSWER_BYTES) as AnswerSize[]).map((size) => [size as string, answer(bodyOf(size))]),
);

/** One connection to the backend, on raw bytes: what answers must cost less than what is measured. */
export class BackendConnection {
  readonly #socket: Socket;
  #incomplete = EMPTY;
  #upload: { request: BackendRequest; missing: number; hash: Hash | undefined } | undefined;
  #echo: FrameEcho | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;

    socket.on("error", () => undefined);
  }

  /** The bytes may change once this returns. */
  receive(chunk: Buffer): void {
    if (this.#echo !== undefined) {
      this.#socket.write(this.#echo.echo(chunk));
      return;
    }
    const bytes = this.#incomplete.length === 0 ? chunk : Buffer.concat([this.#incomplete, chunk]);
    this.#incomplete = EMPTY;
    let read = 0;
    while (read < bytes.length) {
      if (this.#upload !== undefined) {
        read = this.#readUpload(this.#upload, bytes, read);
        continue;
      }
      const request = readRequest(bytes, read);
      if (request === undefined) {
        this.#incomplete = Buffer.from(bytes.subarray(read));
        return;
      }
      read = request.end;
      this.#begin(request);
    }
  }

  #begin(request: BackendRequest): void {
    if (request.webSocketKey !== undefined) this.#upgrade(request.webSocketKey);
    else if (request.bodyBytes === 0) this.#answer(request, undefined);
    else {
      const hash = request.wanted === DIGEST_PATH ? createHash("sha1") : undefined;
      this.#upload = { request, missing: request.bodyBytes, hash };
    }
  }

  #readUpload(
    upload: { request: BackendRequest; missing: number; hash: Hash | undefined },
    bytes: Buffer,
    begin: number,
  ): number {
    const end = Math.min(bytes.length, begin + upload.missing);
    upload.missing -= end - begin;
    upload.hash?.update(bytes.subarray(begin, end));
    if (upload.missing === 0) {
      this.#upload = undefined;
      this.#answer(upload.request, upload.hash);
    }
    return end;
  }

  #answer({ wanted, head }: BackendRequest, hash: Hash | undefined): void {
    if (hash !== undefined) this.#socket.write(answer(Buffer.from(`${hash.digest("hex")}\n`)));
    else if (wanted === HEAD_PATH) this.#socket.write(answer(Buffer.from(head, "latin1")));
    else this.#socket.write(ANSWERS.get(wanted) ?? NOT_FOUND);
  }

  #upgrade(key: string): void {
    this.#echo = new FrameEcho();
    const accept = createHash("sha1")
      .update(key + ACCEPT_SUFFIX)
      .digest("base64");
    this.#socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
  }
}

function answer(body: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(
      `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n`,
    ),
    body,
  ]);
}
