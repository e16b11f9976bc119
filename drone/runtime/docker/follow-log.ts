import { Buffer } from "node:buffer";
import type { Readable } from "node:stream";
import type { BackendId } from "../../../src/protocol/ids.ts";
import type { Engine } from "./engine.ts";
import { isRefusal } from "./engine-refusal.ts";
import { containerName } from "./labels.ts";

const HEADER_BYTES = 8;

/** What a container prints, from its start to its end, in pieces as they come; nothing if there is none. */
export async function* followLog(
  engine: Engine,
  id: BackendId,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const stream = await engine
    .call((docker) =>
      docker
        .getContainer(containerName(id))
        .logs({ stdout: true, stderr: true, follow: true, abortSignal: signal }),
    )
    .catch((error: unknown) => {
      if (isRefusal(error, 404, 409)) return undefined;
      throw error;
    });
  if (stream === undefined) return;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream as Readable) {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const end = rest.length < HEADER_BYTES ? 0 : HEADER_BYTES + rest.readUInt32BE(4);
      if (end === 0 || rest.length < end) break;
      yield rest.toString("utf8", HEADER_BYTES, end);
      rest = rest.subarray(end);
    }
  }
}
