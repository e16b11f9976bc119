import { once } from "node:events";
import type { FastifyReply } from "fastify";
import { mustBeStream } from "./must-be-stream.ts";

/** Text as it comes, until it ends or the client goes. What breaks off is cut off, so that nobody takes it for whole. */
export async function streamText(
  reply: FastifyReply,
  parts: AsyncIterable<string>,
  contentType: string,
  signal: AbortSignal,
): Promise<void> {
  mustBeStream(reply);
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...reply.getHeaders(),
    "content-type": contentType,
    "cache-control": "no-cache",
    "x-accel-buffering": "no",
  } as Record<string, string>);
  if (reply.request.method === "HEAD") {
    raw.end();
    return;
  }
  raw.flushHeaders();
  try {
    for await (const part of parts) {
      if (!raw.write(part)) await once(raw, "drain", { signal });
    }
    raw.end();
  } catch (error) {
    raw.destroy();
    if (!signal.aborted) throw error;
  }
}
