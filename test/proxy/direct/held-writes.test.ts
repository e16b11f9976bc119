import { expect, test } from "vitest";
import { createDirectEngine } from "../../../proxy/engines/direct-engine.ts";
import { TRANSPORTS } from "../harness/engine-door.ts";
import { startEngineFixture } from "../harness/engine-fixture.ts";

for (const transport of TRANSPORTS) {
  test(`over ${transport}, a finished answer reaches its client though what comes behind the next request is no HTTP`, async () => {
    await using fixture = await startEngineFixture(createDirectEngine, { transport });
    const client = await fixture.client();
    const next = ["GET /2 HTTP/1.1", "Host: h", "", "rubbish\0\0\r\n\r\n"];
    client.send("GET /1 HTTP/1.1", "Host: h", "", ...next);
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    backend.send("HTTP/1.1 200 OK", "Content-Length: 2", "", "ok");
    await client.untilClosed();
    expect(client.received).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\n\r\nok$/);
  });

  test(`over ${transport}, what a backend has said reaches the client though it resets its connection then`, async () => {
    await using fixture = await startEngineFixture(createDirectEngine, { transport });
    const client = await fixture.client();
    client.send("GET /1 HTTP/1.1", "Host: h", "", "");
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    backend.send("HTTP/1.1 200 OK", "Content-Length: 20", "", "last words");
    backend.reset();
    await client.untilClosed();
    expect(client.received).toMatch(/\r\n\r\nlast words$/);
  });
}
