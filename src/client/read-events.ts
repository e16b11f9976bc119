import { EventParser, type ServerSentEvent } from "./event-parser.ts";

/** The server says something at least this often, if only a comment; silence means a dead connection. */
const SILENCE_LIMIT_MS = 60_000;

/** The events of a body, whatever the borders of its chunks. Returns when the body ends. */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerSentEvent> {
  const parser = new EventParser();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await readOrTimeOut(reader);
      if (done) return;
      yield* parser.push(decoder.decode(value, { stream: true }));
    }
  } finally {
    // Whoever stops listening hangs up, else the server would go on sending.
    await reader.cancel().catch(() => undefined);
  }
}

async function readOrTimeOut(reader: ReadableStreamDefaultReader<Uint8Array>) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("silent for too long")), SILENCE_LIMIT_MS);
  });
  try {
    return await Promise.race([reader.read(), silence]);
  } finally {
    clearTimeout(timer);
  }
}
