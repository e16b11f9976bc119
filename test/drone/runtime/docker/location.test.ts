import type { ContainerInspectInfo } from "dockerode";
import { expect, test } from "vitest";
import { locate } from "../../../../drone/runtime/docker/location.ts";

type Bindings = Record<string, { HostIp: string; HostPort: string }[]>;

const own = { host: "172.20.0.5", port: 8080 };
function networking(Ports: Bindings, IPAddress = own.host) {
  const NetworkSettings = { Ports, Networks: { hangar: { IPAddress } } };
  return { NetworkSettings } as unknown as ContainerInspectInfo;
}
const published = { "8080/tcp": [{ HostIp: "10.0.0.7", HostPort: "32768" }] };

test("what is not published is at the container's own address", () => {
  expect(locate(networking({}), 8080, true)).toEqual({ address: own });
});

test("what is published has both addresses, where the container's own can be reached", () => {
  expect(locate(networking(published), 8080, true)).toEqual({
    address: { host: "10.0.0.7", port: 32_768 },
    bridgeAddress: own,
  });
});

test("what is published has one address, where the container's own cannot be reached", () => {
  const address = { host: "10.0.0.7", port: 32_768 };
  expect(locate(networking(published), 8080, false)).toEqual({ address });
});

test("another port that is published does not count", () => {
  expect(locate(networking(published, "172.20.0.5"), 9_000, true)).toEqual({
    address: { host: "172.20.0.5", port: 9_000 },
  });
});

test("a container without an address is nowhere", () => {
  expect(locate(networking({}, ""), 8080, true)).toBeUndefined();
});
