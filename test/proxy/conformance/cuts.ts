import { once } from "node:events";
import { expect, test } from "vitest";
import type { Forward } from "../../../proxy/engine.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { startEchoBackend } from "../harness/echo-backend.ts";
import type { StartEngineFixture } from "../harness/engine-fixture.ts";

const UPGRADE = ["Connection: Upgrade", "Upgrade: websocket", "", ""];
const AGREED = [
  "HTTP/1.1 101 Switching Protocols",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "",
  "",
];
const REVOKED = "\x88\x0f\x03\xf0token revoked";

const isOf =
  (requestId: string) =>
  ({ requestId: id }: Forward) =>
    id === requestId;

export function cutConformance(start: StartEngineFixture): void {
  test("a cut WebSocket closes with 1008, and no other does", async () => {
    await using fixture = await start();
    await using echo = await startEchoBackend();
    const upstream = { host: "127.0.0.1", port: echo.port };
    let count = 0;
    fixture.decide = async (head) => {
      count += 1;
      return fixture.forward(head, { upstream, requestId: `socket-${count}` });
    };
    const gone = fixture.webSocket();
    await once(gone, "open");
    const stays = fixture.webSocket();
    await once(stays, "open");
    const closed = once(gone, "close");
    fixture.cut(isOf("socket-1"));
    const [code, reason] = await closed;
    expect([code, String(reason)]).toEqual([1_008, "token revoked"]);
    await waitFor("it to be over", () => fixture.open === 1 && echo.openSockets === 1);
    stays.send("still here");
    expect(String((await once(stays, "message"))[0])).toBe("still here");
    stays.close();
  });

  test("a backend hears nothing more of a client that is cut, whose last message arrives whole", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send("GET /ws HTTP/1.1", "Host: h", ...UPGRADE);
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    backend.send(...AGREED);
    await client.takeHead();
    client.send("before");
    await backend.take(/before$/);
    backend.socket.write("\x82\x06abc", "latin1");
    await client.take(/abc$/);
    fixture.cut(() => true);
    client.send("after");
    backend.socket.write("def", "latin1");
    await client.take(new RegExp(`def${REVOKED}$`));
    await client.untilClosed();
    await backend.untilClosed();
    expect(backend.received).not.toContain("after");
    await waitFor("it to be over", () => fixture.open === 0);
  });

  test("a cut client whose backend never ends its message is closed all the same", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send("GET /ws HTTP/1.1", "Host: h", ...UPGRADE);
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    backend.send(...AGREED);
    await client.takeHead();
    backend.socket.write("\x82\x06abc", "latin1");
    await client.take(/abc$/);
    fixture.cut(() => true);
    await client.untilClosed();
    await waitFor("it to be over", () => fixture.open === 0);
  });

  test.each([
    ["before its answer", []],
    ["in the middle of its answer", ["HTTP/1.1 200 OK", "Content-Length: 9", "", "half"]],
    ["in the middle of a stream", ["HTTP/1.1 200 OK", "", "data: 1\n\n"]],
  ])("a request that is cut %s ends, and its backend's with it", async (_name, answer) => {
    await using fixture = await start();
    const [gone, stays] = [await fixture.client(), await fixture.client()];
    fixture.decide = async (head) => fixture.forward(head, { requestId: head.target });
    gone.send("GET /gone HTTP/1.1", "Host: h", "", "");
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    stays.send("GET /stays HTTP/1.1", "Host: h", "", "");
    const other = await fixture.backend.accept();
    await other.takeHead();
    if (answer.length > 0) {
      backend.send(...answer);
      await gone.take(/half$|data: 1\n\n\r\n$/);
    }
    fixture.cut(isOf("/gone"));
    await gone.untilClosed();
    await backend.untilClosed();
    expect(gone.received).toBe("");
    other.send("HTTP/1.1 200 OK", "Content-Length: 2", "", "ok");
    await stays.take(/ok$/);
    await waitFor("it to be over", () => fixture.open === 0);
  });

  test("an upgrade that is cut before its backend has agreed is closed", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    client.send("GET /ws HTTP/1.1", "Host: h", ...UPGRADE);
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    fixture.cut(() => true);
    await client.untilClosed();
    await backend.untilClosed();
    await waitFor("it to be over", () => fixture.open === 0);
  });

  test("what is over is not cut: the connection serves its next request", async () => {
    await using fixture = await start();
    const client = await fixture.client();
    const ok = ["HTTP/1.1 200 OK", "Content-Length: 2", "", "ok"];
    client.send("GET /one HTTP/1.1", "Host: h", "", "");
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    backend.send(...ok);
    await client.take(/ok$/);
    await waitFor("it to be over", () => fixture.open === 0);
    fixture.cut(() => true);
    client.send("GET /two HTTP/1.1", "Host: h", "", "");
    await backend.takeHead();
    backend.send(...ok);
    await client.take(/ok$/);
  });
}
