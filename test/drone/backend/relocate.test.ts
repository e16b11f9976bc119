import { expect, test } from "vitest";
import { relocate } from "../../../drone/backend/relocate.ts";

const address = { host: "10.0.0.1", port: 8080 };
const elsewhere = { host: "10.0.0.2", port: 8080 };
const ready = { status: "ready", address, bridge_address: address, first_answer_ms: 3 } as const;

test("a backend that is where it was has not moved", () => {
  expect(relocate(ready, { address, bridgeAddress: address })).toBeUndefined();
});

test("a backend at another address is in the same state there", () => {
  expect(relocate(ready, { address: elsewhere })).toEqual({
    status: "ready",
    address: elsewhere,
    first_answer_ms: 3,
  });
});

test("a backend that is ending has no address to change", () => {
  const state = { status: "terminating", reason: "external" } as const;
  expect(relocate(state, { address: elsewhere })).toBeUndefined();
});
