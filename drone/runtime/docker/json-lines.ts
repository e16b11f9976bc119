import { StringDecoder } from "node:string_decoder";

/** The values of a stream that holds one JSON value a line, as the Engine's streams do. */
export async function* jsonLines(stream: AsyncIterable<Buffer | string>): AsyncGenerator<unknown> {
  const decoder = new StringDecoder("utf8");
  let unfinished = "";
  for await (const chunk of stream) {
    unfinished += typeof chunk === "string" ? chunk : decoder.write(chunk);
    const lines = unfinished.split("\n");
    unfinished = lines.pop() ?? "";
    for (const line of lines) {
      if (line.trim() !== "") yield JSON.parse(line);
    }
  }
  if (unfinished.trim() !== "") yield JSON.parse(unfinished);
}
