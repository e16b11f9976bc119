import type { StreamItem } from "../../src/protocol/stream-messages.ts";
import { STREAM_FRAME_BYTES } from "../../src/protocol/timings.ts";

/** Items in their order, as many together as make a frame; one that is larger than that alone. */
export function* framesOf(items: readonly StreamItem[]): Generator<StreamItem[]> {
  let frame: StreamItem[] = [];
  let size = 0;
  for (const item of items) {
    const bytes = Buffer.byteLength(JSON.stringify(item));
    if (size > 0 && size + bytes > STREAM_FRAME_BYTES) {
      yield frame;
      frame = [];
      size = 0;
    }
    frame.push(item);
    size += bytes;
  }
  if (frame.length > 0) yield frame;
}
