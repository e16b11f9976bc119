import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { ApiError } from "../../src/protocol/errors.ts";
import { newErrorId } from "../../src/protocol/ids.ts";

/** What is no whole request gets an answer in the API's shape, and its connection ends. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  const refusal = refusalOf(error.code);
  const { status } = refusal;
  const body = JSON.stringify(refusal.body(newErrorId()));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "content-type: application/json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  if (socket.writable) socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
  socket.destroy(error);
}

function refusalOf(code: string | undefined): ApiError {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new ApiError("request-timeout", "the request did not arrive in time");
    case "HPE_HEADER_OVERFLOW":
      return new ApiError("headers-too-large", "the request's head is over 16 KiB");
    default:
      return new ApiError("invalid-request", "this is no HTTP/1.1 request");
  }
}
