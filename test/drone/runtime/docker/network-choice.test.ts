import { expect, test } from "vitest";
import { chooseNetwork } from "../../../../drone/runtime/docker/network.ts";

const options = { network: "hangar", allowedNetworks: ["team", "host", "none", "default"] };

test.each([
  [undefined, "hangar"],
  ["hangar", "hangar"],
  ["team", "team"],
])("asked for %j, a backend joins %s", (asked, network) => {
  expect(chooseNetwork(asked, options)).toBe(network);
});

test.each(["other", "host", "none", "default", "container:abc"])(
  "%s is refused with createfailed, even to who allowed the machine's own",
  (asked) => {
    expect(() => chooseNetwork(asked, options)).toThrow(
      expect.objectContaining({ reason: "createfailed", message: expect.stringContaining(asked) }),
    );
  },
);
