import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { ControllerToDrone, DroneToController } from "../../src/protocol/drone-messages.ts";
import { PROTOCOL_VERSION } from "../../src/protocol/handshake.ts";
import { ControllerToProxy, ProxyToController } from "../../src/protocol/proxy-messages.ts";

/** The fingerprint of all wire schemas, but for their descriptions from version 3 on, by protocol version. A version that was released is never changed. */
const FINGERPRINTS: Record<number, string> = {
  1: "0065dafb8d1023050e5377931652d31357b4a3c192fa0c2110aa122608978059",
  2: "7df1f3f14b9df2511991807a563d37973fe077a095a691da2d87ced6d0d08fca",
  3: "aa4086534428f6d4438d576e34b3aa820e1cb7305a09b25642bc7efbca594a2f",
  4: "869b53e18e730f0773f2b893ccee8f249dc68276911407330803a7b5f622c2fa",
  5: "ff1a2243c4b52bf87686708960d341eaf5fbcbbd56ea130a4dcb7ac1f0c2986f",
};

test("a wire schema changes only together with the protocol version", () => {
  const schemas = { ControllerToDrone, DroneToController, ControllerToProxy, ProxyToController };
  const fingerprint = createHash("sha256").update(JSON.stringify(schemas, wordless)).digest("hex");
  expect(FINGERPRINTS[PROTOCOL_VERSION]).toBe(fingerprint);
});

/** Words for readers are not what goes over the wire. */
function wordless(name: string, value: unknown): unknown {
  return name === "description" ? undefined : value;
}
