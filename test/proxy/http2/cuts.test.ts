import { once } from "node:events";
import { type ClientHttp2Stream, connect, constants } from "node:http2";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { createHttp2Engine } from "../../../proxy/engines/http2-engine.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { startEngineFixture } from "../harness/engine-fixture.ts";

const resetOf = (stream: ClientHttp2Stream) =>
  new Promise((resolve) => stream.once("close", () => resolve(stream.rstCode)));

test("a request that is cut is reset, and others of its connection go on", async () => {
  await using fixture = await startEngineFixture(createHttp2Engine);
  fixture.decide = async (head) => fixture.forward(head, { requestId: head.target });
  const client = connect(`http://127.0.0.1:${fixture.port}`);
  client.on("error", () => undefined);
  const ask = async (path: string) => {
    const stream = client.request({ ":path": path, ":authority": "h" });
    stream.on("error", () => undefined);
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    return { stream, backend };
  };
  const [unanswered, answered] = [await ask("/unanswered"), await ask("/answered")];
  const stays = await ask("/stays");
  answered.backend.send("HTTP/1.1 200 OK", "Content-Length: 9", "", "half");
  await once(answered.stream, "data");
  const resets = Promise.all([unanswered, answered].map(({ stream }) => resetOf(stream)));
  fixture.cut(({ requestId }) => requestId !== "/stays");
  expect(await resets).not.toContain(constants.NGHTTP2_NO_ERROR);
  for (const { backend } of [unanswered, answered]) await backend.untilClosed();
  stays.backend.send("HTTP/1.1 200 OK", "Content-Length: 2", "", "ok");
  expect(await text(stays.stream)).toBe("ok");
  await waitFor("all to be over", () => fixture.open === 0);
  client.destroy();
});
