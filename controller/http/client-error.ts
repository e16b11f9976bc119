import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { ApiError } from "../../src/protocol/errors.ts";
import { newErrorId } from "../../src/protocol/ids.ts";
import { count } from "../../src/shared/figures/count.ts";
import type { Log } from "../../src/shared/log.ts";
import type { Figures } from "../figures/figures.ts";

/** What is no whole request gets an answer in the API's shape, counted and logged as any, and its connection ends. */
export function answerClientError({
  log,
  figures,
}: {
  log: Log;
  figures: Pick<Figures, "errors">;
}) {
  return (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === "ECONNRESET" || socket.destroyed) return;
    const refusal = refusalOf(error.code);
    const errorId = newErrorId();
    count(figures.errors, refusal.code);
    log.info({ errorId, code: refusal.code, problem: error.code }, "no whole request; refused");
    if (socket.writable) socket.write(answerOf(refusal, errorId));
    socket.destroy(error);
  };
}

function answerOf(refusal: ApiError, errorId: string): string {
  const { status } = refusal;
  const body = JSON.stringify(refusal.body(errorId));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "content-type: application/json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}

function refusalOf(code: string | undefined): ApiError {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new ApiError("request-timeout", "the request did not arrive in time");
    case "HPE_HEADER_OVERFLOW":
      return new ApiError("headers-too-large", "the request's head is over 16 KiB");
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return new ApiError("payload-too-large", "the extensions of the body's chunks are too large");
    default:
      return new ApiError("invalid-request", "this is no HTTP/1.1 request");
  }
}
