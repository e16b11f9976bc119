import { expect, test } from "vitest";
import { containerOptions } from "../../../../drone/runtime/docker/container-options.ts";
import type { BackendSpec } from "../../../../src/protocol/drone-messages.ts";
import { newBackendId } from "../../../../src/protocol/ids.ts";

const spec: BackendSpec = {
  backend_id: newBackendId(),
  key: { name: "doc", namespace: "", tag: "" },
  fencing_token: 3,
  image: "app:1",
  pull_policy: "always",
  credentials: { username: "ada", password: "pa55word" },
  env: { TOKEN: "s3cret" },
  port: 8080,
  grace_seconds: 12,
  ready: {},
  resources: {},
};
const placement = {
  droneName: "dr-1",
  clusterName: "localhost:9090",
  network: "hangar",
  address: undefined,
  publishOn: undefined,
  mountPath: undefined,
  ociRuntime: undefined,
};

test("a plain backend is confined, and publishes, mounts and limits nothing that it did not ask for", () => {
  expect(containerOptions(spec, placement)).toEqual({
    name: `hangar-${spec.backend_id}`,
    Image: "app:1",
    Env: expect.arrayContaining(["TOKEN=s3cret", "PORT=8080"]),
    Labels: expect.objectContaining({ "dev.hangar.backend": spec.backend_id }),
    ExposedPorts: { "8080/tcp": {} },
    StopTimeout: 12,
    HostConfig: {
      NetworkMode: "hangar",
      PidsLimit: 512,
      SecurityOpt: ["no-new-privileges"],
      CapDrop: ["ALL"],
      CapAdd: expect.not.arrayContaining(["NET_RAW", "MKNOD", "AUDIT_WRITE"]),
      IpcMode: "private",
      LogConfig: { Type: "json-file", Config: { "max-size": "10m", "max-file": "2" } },
      RestartPolicy: { Name: "no" },
    },
  });
});

test("resources become limits, with no swap beside the memory", () => {
  const resources = { cpus: 0.29, memory_bytes: 64_000_000, disk_bytes: 1_048_576, pids: 9 };
  expect(containerOptions({ ...spec, resources }, placement).HostConfig).toMatchObject({
    NanoCpus: 290_000_000,
    Memory: 64_000_000,
    MemorySwap: 64_000_000,
    StorageOpt: { size: "1048576" },
    PidsLimit: 9,
  });
});

test("a command stands in place of the image's own arguments", () => {
  const command = ["serve", "--quiet"];
  const options = containerOptions({ ...spec, command }, placement);
  expect(options.Cmd).toEqual(command);
  expect(options).not.toHaveProperty("Entrypoint");
});

test("a port is published on one address, at whatever port is free there", () => {
  const { HostConfig } = containerOptions(spec, { ...placement, publishOn: "10.0.0.7" });
  expect(HostConfig?.PortBindings).toEqual({ "8080/tcp": [{ HostIp: "10.0.0.7", HostPort: "" }] });
});

test("an address is asked for on the network that the backend joins", () => {
  const options = containerOptions(spec, { ...placement, address: "172.18.3.4" });
  expect(options.NetworkingConfig).toEqual({
    EndpointsConfig: { hangar: { IPAMConfig: { IPv4Address: "172.18.3.4" } } },
  });
});

test("a mounted folder is seen at /data, and the drone's OCI runtime is asked for", () => {
  const over = { mountPath: "/srv/mounts/team/doc", ociRuntime: "runsc" };
  const { HostConfig } = containerOptions(spec, { ...placement, ...over });
  expect(HostConfig).toMatchObject({
    Binds: ["/srv/mounts/team/doc:/data", "/srv/mounts/team/doc:/plane-data"],
    Runtime: "runsc",
  });
});

test("labels carry what adopting takes, and neither labels nor options a credential", () => {
  const secretive = { ...spec, static_token: "hst_secret" };
  const options = containerOptions(secretive, placement);
  expect(JSON.parse(options.Labels?.["dev.hangar.adoption"] ?? "")).toEqual({
    key: spec.key,
    fencing_token: 3,
    port: 8080,
    grace_seconds: 12,
    ready: {},
  });
  expect(JSON.stringify(options.Labels)).not.toMatch(/s3cret|hst_secret|pa55word/);
  expect(JSON.stringify(options)).not.toContain("pa55word");
});
