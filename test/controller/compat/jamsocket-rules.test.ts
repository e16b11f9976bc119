import type { ConnectRequest as TheirRequest } from "@jamsocket/types";
import { expect, test } from "vitest";
import { accountOf } from "../../../controller/compat/jamsocket/account-of.ts";
import {
  chooseImage,
  chooseRelease,
  digestOf,
  repositoryOf,
  tagOf,
} from "../../../controller/compat/jamsocket/choose-image.ts";
import {
  JamsocketConnect,
  toConnectRequest,
} from "../../../controller/compat/jamsocket/to-connect-request.ts";
import { v1States } from "../../../controller/compat/jamsocket/v1-events.ts";
import { v1Status } from "../../../controller/compat/jamsocket/v1-status.ts";
import { placeOf } from "../../../controller/services/service-namespace.ts";
import { spawnOfService } from "../../../controller/services/spawn-of-service.ts";
import type { BackendState } from "../../../src/protocol/backend-state.ts";
import { ConnectRequest } from "../../../src/protocol/connect.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";
import { validatorOf } from "../../../src/protocol/validate.ts";

const DIGEST = `sha256:${"0a".repeat(32)}`;

test.each([
  ["reg:5000/board:1", "v2", "reg:5000/board:v2"],
  ["board", "v2", "board:v2"],
  [`reg/board@${DIGEST}`, "v2", "reg/board:v2"],
  ["reg/board:1", DIGEST, `reg/board@${DIGEST}`],
  ["reg/board:1", "other/app", "other/app"],
  ["reg/board:1", "app:3", "app:3"],
  [undefined, "echo", "echo"],
])("of the image %s, %s is %s", (current, wanted, chosen) => {
  expect(chooseImage(current, wanted)).toBe(chosen);
});

test.each(["v2", DIGEST, "reg/board:2", `reg/board@${DIGEST}`, "reg/board"])(
  "a key of one namespace may set %s of the service's repository",
  (wanted) => {
    expect(chooseRelease("reg/board:1", wanted)).toBe(chooseImage("reg/board:1", wanted));
  },
);

test.each([
  ["reg/board:1", "else/app"],
  ["reg/board:1", "board:1"],
  ["reg/board:1", "reg/board/x:1"],
  ["reg/board:1", "evil.example/reg/board:1"],
  ["reg/board:1", `app@${DIGEST}`],
  [undefined, "reg/board:1"],
  [undefined, "v2"],
])("a key of one namespace gives a service of %s no %s", (current, wanted) => {
  expect(() => chooseRelease(current, wanted)).toThrow(
    expect.objectContaining({ code: "forbidden" }),
  );
});

test("a digest alone is no image", () => {
  expect(() => chooseImage(undefined, DIGEST)).toThrow(
    expect.objectContaining({ code: "no-image" }),
  );
});

test("a reference is told in its parts", () => {
  const parts = (image: string) => [repositoryOf(image), tagOf(image), digestOf(image)];
  expect(parts("reg:5000/a/board")).toEqual(["reg:5000/a/board", "latest", ""]);
  expect(parts(`board:2@${DIGEST}`)).toEqual(["board", "2", DIGEST]);
});

test.each([
  ["Bearer acme.hak_abc", "acme"],
  ["bearer my.team.hak_abc", "my.team"],
  ["Bearer hak_abc", undefined],
  ["Bearer .hak_abc", undefined],
  [undefined, undefined],
])("%s is of the account %s", (header, account) => {
  expect(accountOf(header)).toBe(account);
});

const BOARD = { account: "acme", name: "board", environment: null };
const SERVICE = {
  image: "reg/board:1",
  env: { A: "service", B: "service" },
  resources: { pids: 9, cpus: 4 },
  port: 3000,
};

function understood(request: TheirRequest, service: object = SERVICE): ConnectRequest {
  const body: JamsocketConnect = request;
  expect(validatorOf(JamsocketConnect).explain(body)).toBe("no error");
  const asked = toConnectRequest(BOARD, service, body);
  expect(validatorOf(ConnectRequest).explain(asked)).toBe("no error");
  return asked;
}

test("what a request says goes before the service, and the service before Jamsocket's defaults", () => {
  const executable = {
    env: { A: "request" },
    mount: "boards",
    resource_limits: { cpu_period_percent: 50, memory_limit_bytes: 64_000_000 },
  };
  const spawn = { tag: "v2", cluster: "eu.example", lifetime_limit_seconds: 9, executable };
  expect(understood({ key: "doc", spawn, user: "ada", auth: { x: 1 } })).toEqual({
    key: { name: "doc", namespace: "acme/board" },
    spawn: {
      image: "reg/board:v2",
      env: { A: "request", B: "service" },
      resources: { pids: 9, cpus: 0.5, memory_bytes: 64_000_000 },
      port: 3000,
      mount: "boards",
      cluster: "eu.example",
      lifetime_limit_seconds: 9,
      max_idle_seconds: 300,
      grace_seconds: 30,
    },
    user: "ada",
    auth: { x: 1 },
  });
  const own = { ...SERVICE, max_idle_seconds: 5, grace_seconds: 1 };
  expect(understood({ key: "doc" }, own).spawn).toMatchObject({
    max_idle_seconds: 5,
    grace_seconds: 1,
  });
  expect(understood({ spawn: { max_idle_seconds: 7 } }, own).spawn?.max_idle_seconds).toBe(7);
});

test("without a key a backend has one of its own in the service's namespace", () => {
  const { key } = understood({});
  expect(key).toEqual({
    name: expect.stringMatching(/^lk-[a-z0-9]{14}$/),
    namespace: "acme/board",
  });
});

test("spawn false finds and does not spawn, and needs a key", () => {
  expect(understood({ key: "doc", spawn: false })).toEqual({
    key: { name: "doc", namespace: "acme/board" },
  });
  expect(() => toConnectRequest(BOARD, SERVICE, { spawn: false })).toThrow("key");
});

test.each([{}, { spawn: { tag: "reg/app" } }])(
  "a service without an image spawns none: %j",
  (asked) => {
    expect(() => toConnectRequest(BOARD, {}, { key: "doc", ...asked })).toThrow(
      expect.objectContaining({ code: "no-image" }),
    );
  },
);

test.each(["reg/board:2", "v2", DIGEST, `reg/board@${DIGEST}`])(
  "who connects may ask for %s of the service's image",
  (tag) => {
    const { spawn } = understood({ key: "doc", spawn: { tag } });
    expect(repositoryOf(spawn?.image ?? "")).toBe("reg/board");
  },
);

test.each(["else/app", "board:1", "evil.example/reg/board:1", `app@${DIGEST}`])(
  "the service's env, credentials and mounts are not for %s",
  (tag) => {
    expect(() => toConnectRequest(BOARD, SERVICE, { key: "doc", spawn: { tag } })).toThrow(
      expect.objectContaining({ code: "invalid-request", details: { field: "spawn.tag" } }),
    );
  },
);

test("an environment changes image and cluster, and nothing else", () => {
  const times = { createdAt: 0, lastSpawnedAt: null };
  const environments = [
    { name: "staging", image: "reg/board:2", cluster: null, ...times },
    { name: "eu", image: null, cluster: "eu.example", ...times },
  ];
  const of = (name: string | null) => spawnOfService({ spawn: SERVICE, environments }, name);
  expect(of(null)).toEqual(SERVICE);
  expect(of("staging")).toEqual({ ...SERVICE, image: "reg/board:2" });
  expect(of("eu")).toEqual({ ...SERVICE, cluster: "eu.example" });
  expect(of("nowhere")).toBeUndefined();
});

test.each([
  ["acme/board", BOARD],
  ["acme/board/eu", { ...BOARD, environment: "eu" }],
  ["acme", undefined],
  ["", undefined],
  ["a//b", undefined],
  ["a/b/c/d", undefined],
])("the namespace %s is of %j", (namespace, place) => {
  expect(placeOf(namespace)).toEqual(place);
});

const ended = (fields: object) => ({ status: "terminated", ...fields }) as BackendState;

test.each([
  [{ reason: "external" }, "ready", "Terminated"],
  [{ reason: "swept" }, "ready", "Swept"],
  [{ reason: "keyexpired" }, "ready", "Swept"],
  [{ reason: "lost" }, "ready", "Lost"],
  [{ reason: "startuptimeout" }, "waiting", "TimedOutBeforeReady"],
  [{ reason: "pullfailed" }, "loading", "ErrorLoading"],
  [{ reason: "startfailed" }, "starting", "ErrorStarting"],
  [{ reason: "exited", exit_code: 0 }, "waiting", "ErrorStarting"],
  [{ reason: "exited", exit_code: 0 }, "ready", "Exited"],
  [{ reason: "exited", exit_code: 3 }, "ready", "Failed"],
  [{ reason: "outofmemory", exit_code: 137 }, "ready", "Failed"],
] as const)("an end %j after %s was %s in the first API", (fields, last, expected) => {
  expect(v1Status(ended(fields), last)).toBe(expected);
});

test("the first API tells each of its statuses once", async () => {
  const address = { host: "10.0.0.2", port: 8080 };
  const states = [
    { status: "scheduled" },
    { status: "loading" },
    { status: "starting" },
    { status: "waiting", address },
    { status: "ready", address },
    { status: "terminating", reason: "swept" },
    { status: "terminated", reason: "swept" },
  ] as const;
  const id = "abcdefghij0001" as BackendId;
  const told = [];
  const timeline = states.map((state, at) => ({ status: state.status, state, at }));
  for await (const { state } of v1States(id, timeline)) told.push(state);
  expect(told).toEqual(["Loading", "Starting", "Ready", "Swept"]);
});
