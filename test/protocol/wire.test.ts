import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { ControllerToDrone, DroneToController } from "../../src/protocol/drone-messages.ts";
import { PROTOCOL_VERSION } from "../../src/protocol/handshake.ts";
import { ControllerToProxy, ProxyToController } from "../../src/protocol/proxy-messages.ts";

/** The fingerprint of all wire schemas by protocol version. A version that was released is never changed. */
const FINGERPRINTS: Record<number, string> = {
  1: "0065dafb8d1023050e5377931652d31357b4a3c192fa0c2110aa122608978059",
  2: "7df1f3f14b9df2511991807a563d37973fe077a095a691da2d87ced6d0d08fca",
  3: "4ffcb56f5925c8b151b4264d3cbe62b2b511290776092faf3777948aeec59ed8",
};

test("a wire schema changes only together with the protocol version", () => {
  const schemas = { ControllerToDrone, DroneToController, ControllerToProxy, ProxyToController };
  const fingerprint = createHash("sha256").update(JSON.stringify(schemas)).digest("hex");
  expect(FINGERPRINTS[PROTOCOL_VERSION]).toBe(fingerprint);
});
