import { expect, test } from "vitest";
import { judgeBackends } from "../../../src/cli/doctor/checks/backends.ts";
import { offsetHint } from "../../../src/cli/doctor/checks/clock.ts";
import { judgeController } from "../../../src/cli/doctor/checks/controller.ts";
import { judgePostgres, judgeSqlite } from "../../../src/cli/doctor/checks/database.ts";
import { judgeDisk } from "../../../src/cli/doctor/checks/disk.ts";
import { judgeDocker } from "../../../src/cli/doctor/checks/docker.ts";
import { judgeDrones } from "../../../src/cli/doctor/checks/drones.ts";
import { judgeHostNames } from "../../../src/cli/doctor/checks/host-names.ts";
import { judgeKey } from "../../../src/cli/doctor/checks/keys.ts";
import { judgeNode } from "../../../src/cli/doctor/checks/node.ts";
import { judgeOpenFiles } from "../../../src/cli/doctor/checks/open-files.ts";
import { judgeApiPort, judgeProxyPort } from "../../../src/cli/doctor/checks/ports.ts";
import { judgeSockets } from "../../../src/cli/doctor/checks/sockets.ts";
import { judgeClock } from "../../../src/cli/doctor/judge-clock.ts";
import { proxyPlace } from "../../../src/cli/doctor/proxy-place.ts";
import { aDrone } from "../fixtures.ts";

const GIB = 1024 ** 3;
const URL = "http://127.0.0.1:8080";
const answered = (status: number, body?: unknown) =>
  ({ kind: "answered", status, body, tookMs: 4, date: undefined }) as const;
const silent = (why: string) => ({ kind: "silent", why }) as const;
const HEALTHY = answered(200, { status: "ok", version: "0.1.0" });

test.each([
  ["18.19.1", "fail"],
  ["20.0.0", "ok"],
  ["24.1.0", "ok"],
])("Node %s is %s", (version, verdict) => {
  expect(judgeNode(version)).toMatchObject({ verdict });
});

test.each([
  ["1024", "fail"],
  ["20000", "warn"],
  ["1048576", "ok"],
  ["unlimited", "ok"],
])("a limit of %s open files is %s, whatever the soft one is", (hard, verdict) => {
  const limits = `Max processes  9 9 processes\nMax open files            1024      ${hard}   files\n`;
  expect(judgeOpenFiles(limits)).toMatchObject({ verdict });
});

test("where limits cannot be read, none is judged", () => {
  expect(judgeOpenFiles(undefined)).toMatchObject({ verdict: "skipped" });
});

test.each([
  [{ freeBytes: 50 * GIB }, "ok", "/d: 50 of 100 GiB free"],
  [{ freeBytes: 8 * GIB }, "warn", "/d: 8 of 100 GiB free"],
  [{ freeBytes: 0.5 * GIB }, "fail", "/d: 0.5 of 100 GiB free"],
  [{ freeInodes: 50 }, "warn", "/d: 5 % of its inodes free"],
  [{ freeInodes: 10 }, "fail", "/d: 1 % of its inodes free"],
  [{ freeInodes: 0, totalInodes: 0 }, "ok", "/d: 50 of 100 GiB free"],
  [{ freeBytes: 90 * GIB, totalBytes: 1_000 * GIB }, "ok", "/d: 90 of 1000 GiB free"],
])("a disk with %j is %s", (room, verdict, found) => {
  const whole = { freeBytes: 50 * GIB, totalBytes: 100 * GIB, freeInodes: 900, totalInodes: 1_000 };
  expect(judgeDisk("data dir", "/d", { ...whole, ...room })).toMatchObject({ verdict, found });
});

/** Read each 150 ms for a second and a half, by a clock of a rate of its own that jumps once. */
function samples({ rate = 1, jumpMs = 0, tripMs = 0 }) {
  return Array.from({ length: 11 }, (_, index) => {
    const steadyMs = index * 150;
    const readMs = Math.round(1_000_000 + steadyMs * rate + (index > 5 ? jumpMs : 0));
    return { steadyMs, readMs, tripMs };
  });
}

test.each([
  [{}, "ok"],
  [{ rate: 1.0005 }, "ok"],
  [{ rate: 1.02 }, "warn"],
  [{ rate: 0.98 }, "warn"],
  [{ rate: 1.2 }, "fail"],
  [{ jumpMs: 400 }, "fail"],
  [{ jumpMs: -400 }, "fail"],
  // A slow answer explains as much.
  [{ rate: 1.02, tripMs: 60 }, "ok"],
])("a clock with %j is %s", (clock, verdict) => {
  expect(judgeClock("clock", samples(clock))).toMatchObject({ verdict });
});

test("a clock that shows another time is no fault, and told only if it is far off", () => {
  expect(offsetHint(undefined, 5_000)).toBeUndefined();
  expect(offsetHint(8_000, 5_000)).toBeUndefined();
  expect(offsetHint(65_000, 5_000)).toContain("60 s ahead of this machine's");
  expect(offsetHint(5_000, 65_000)).toContain("60 s behind this machine's");
});

const DOCKER = {
  kind: "here",
  version: "24.0.7",
  storageDriver: "overlay2",
  rootDir: "/var/lib/docker",
  lacks: [] as string[],
  bridgeFilter: true,
  network: { kind: "there" },
} as const;

test("a good Docker is told with its storage driver and Hangar's network", () => {
  expect(judgeDocker(DOCKER, true, "hangar")).toEqual([
    { name: "Docker", verdict: "ok", found: "24.0.7, storage driver overlay2" },
    { name: "Docker network", verdict: "ok", found: '"hangar" is there' },
  ]);
});

test.each([
  [{ lacks: ["memory"] }, "Docker", "warn"],
  [{ network: { kind: "can-be-made" } }, "Docker network", "ok"],
  [{ network: { kind: "foreign" } }, "Docker network", "fail"],
  [{ network: { kind: "cannot-be-made", error: "no iptables" } }, "Docker network", "fail"],
  [{ bridgeFilter: false }, "isolation", "fail"],
] as const)("Docker with %j: %s is %s", (facts, name, verdict) => {
  const findings = judgeDocker({ ...DOCKER, ...facts } as never, true, "hangar");
  expect(findings.find((each) => each.name === name)).toMatchObject({ verdict });
});

test("an Engine that sees to isolation by itself tells nothing of it", () => {
  const facts = { ...DOCKER, version: "28.1.0", bridgeFilter: false };
  expect(judgeDocker(facts, true, "hangar").map(({ name }) => name)).not.toContain("isolation");
});

test("Docker that is away is a failure only where a drone needs it", () => {
  const away = { kind: "away", error: "ENOENT" } as const;
  expect(judgeDocker(away, true, "hangar")).toMatchObject([{ verdict: "fail" }]);
  expect(judgeDocker(away, false, "hangar")).toMatchObject([{ verdict: "warn" }]);
});

test("a controller is well if it answers, reaches its database, and is of this version", () => {
  expect(judgeController(URL, HEALTHY, answered(200), "0.1.0").map((each) => each.verdict)).toEqual(
    ["ok", "ok", "ok"],
  );
});

test.each([
  ["is away", silent("ECONNREFUSED"), silent("ECONNREFUSED"), ["fail"]],
  ["is something else", answered(200, "<html>"), answered(200), ["fail"]],
  ["does not reach its database", HEALTHY, answered(503), ["ok", "fail", "ok"]],
  [
    "is of another version",
    answered(200, { status: "ok", version: "0.2.0" }),
    answered(200),
    ["ok", "ok", "warn"],
  ],
] as const)("a controller that %s is told as such", (_, health, ready, verdicts) => {
  const findings = judgeController(URL, health, ready, "0.1.0");
  expect(findings.map(({ verdict }) => verdict)).toEqual(verdicts);
});

const KEY_FILE = { scope: "drone", path: "/d/keys/drone.key", mode: 0o600, key: "hak_x" } as const;
const HOLDER = { isGiven: false, isController: false };

test.each([
  [{}, { kind: "accepted" }, {}, "ok", "/d/keys/drone.key, accepted"],
  [{}, { kind: "refused", message: "of scope admin" }, {}, "fail", "of scope admin"],
  [{}, { kind: "unknown", why: "ECONNREFUSED" }, {}, "skipped", "ECONNREFUSED"],
  [{ mode: 0o644 }, { kind: "accepted" }, {}, "fail", "may be read by others: mode 0644"],
  [{ mode: undefined }, { kind: "no-key" }, {}, "skipped", "does not exist"],
  [{ mode: undefined }, { kind: "no-key" }, { isController: true }, "warn", "is missing"],
  [{ problem: "EACCES" }, { kind: "no-key" }, {}, "fail", "EACCES"],
  [{ mode: undefined }, { kind: "accepted" }, { isGiven: true }, "ok", "as given, accepted"],
] as const)("a key's file with %j, %j, %j is %s", (file, acceptance, holder, verdict, found) => {
  const finding = judgeKey({ ...KEY_FILE, ...file }, acceptance, { ...HOLDER, ...holder });
  expect(finding).toMatchObject({ verdict, found: expect.stringContaining(found) });
});

test.each([
  [["accepted", "no-key"], "ok"],
  [["no-key", "refused"], "skipped"],
  [["no-key", "unknown"], "fail"],
] as const)("sockets that were dialled with %j are %s", (kinds, verdict) => {
  const dialled = kinds.map((kind) => ({ kind, message: "no", why: "it answered 404" }) as never);
  expect(judgeSockets(dialled)).toMatchObject({ verdict });
});

test.each([
  [true, HEALTHY, "ok", "is held by a controller"],
  [true, silent("ECONNREFUSED"), "ok", "is free"],
  [true, answered(404), "fail", "held by something else"],
  [true, silent("no answer within 5 s"), "warn", "silent"],
  [false, HEALTHY, "skipped", "not of this machine"],
] as const)(
  "the API's port, of this machine: %s, with %j, is %s",
  (isOwn, health, verdict, found) => {
    expect(judgeApiPort(URL, isOwn, health)).toMatchObject({
      verdict,
      found: expect.stringContaining(found),
    });
  },
);

test.each([
  ["usual", answered(200, { status: "ready" }), "ok", "which is ready"],
  ["usual", answered(503, { status: "not ready" }), "warn", "has not reached its controller"],
  ["usual", answered(200, { hello: 1 }), "fail", "held by something else"],
  ["usual", silent("ECONNREFUSED"), "ok", "is free"],
  ["named", silent("ECONNREFUSED"), "fail", "does not answer"],
  ["joined", silent("ECONNREFUSED"), "warn", "has joined the controller, but"],
  ["usual", silent("no answer within 5 s"), "warn", "silent"],
] as const)("a proxy's port, %s, with %j, is %s", (because, ready, verdict, found) => {
  expect(judgeProxyPort({ url: URL, because }, ready)).toMatchObject({
    verdict,
    found: expect.stringContaining(found),
  });
});

test.each([
  ["http://proxy:80", ["localhost:9191"], [], "http://proxy:80", "named"],
  [undefined, ["sessions.example.com", "localhost:9191"], [], "http://127.0.0.1:9191", "joined"],
  [undefined, ["box.localhost:9191"], ["localhost:9292"], "http://127.0.0.1:9191", "joined"],
  [undefined, [], ["localhost:9292"], "http://127.0.0.1:9292", "usual"],
  [undefined, ["sessions.example.com:9191"], [], "http://127.0.0.1:9090", "usual"],
  [undefined, [], [], "http://127.0.0.1:9090", "usual"],
] as const)(
  "a proxy named %s, with joined ones of %j and expected ones of %j, is looked for at %s, as %s",
  (named, joined, expected, url, because) => {
    expect(proxyPlace({ named, joined, expected })).toEqual({ url, because });
  },
);

test.each([
  ["localhost", [], false, "ok"],
  ["sessions.example.com", ["10.0.0.7"], true, "ok"],
  ["sessions.example.com", ["10.0.0.8"], false, "warn"],
  ["sessions.example.com", [], false, "fail"],
] as const)(
  "the names below %s that lead to %j, own: %s, are %s",
  (host, addresses, isOwn, verdict) => {
    expect(judgeHostNames(host, addresses, isOwn)).toMatchObject({ name: `*.${host}`, verdict });
  },
);

test("drones that are well are counted, each other one is named", () => {
  const unwell = aDrone({ name: "dr-b", healthy: false, unhealthy_because: "is silent" });
  expect(judgeDrones([aDrone(), unwell])).toMatchObject([
    { verdict: "ok", found: "1 of 2 healthy" },
    { name: "dr-b", verdict: "warn", found: "is silent" },
  ]);
  expect(judgeDrones([])).toMatchObject([{ verdict: "warn" }]);
  expect(judgeDrones(undefined)).toMatchObject([{ verdict: "skipped" }]);
});

test("a backend that is not reached fails where a proxy would need it", () => {
  const dialled = [
    { drone: "dr-a", address: "10.0.0.2:8080" },
    { drone: "dr-b", address: "10.0.0.3:8080" },
    { drone: "dr-b", address: "10.0.0.4:8080", problem: "EHOSTUNREACH" },
  ];
  expect(judgeBackends(dialled, true)).toMatchObject([
    { name: "backends of dr-a", verdict: "ok", found: "10.0.0.2:8080 reached" },
    { name: "backends of dr-b", verdict: "fail", found: expect.stringContaining("EHOSTUNREACH") },
  ]);
  expect(judgeBackends(dialled, false)[1]).toMatchObject({ verdict: "warn" });
  expect(judgeBackends([], true)).toMatchObject([{ verdict: "skipped" }]);
});

const SQLITE = {
  kind: "file",
  path: "/d/hangar.db",
  mode: 0o600,
  sizeBytes: 1_048_576,
  walBytes: 4_096,
  writable: true,
  integrity: { kind: "sound" },
} as const;

test.each([
  [{}, "ok", "1 MiB and 4 KiB of WAL, sound"],
  [{ integrity: { kind: "not-checked" } }, "ok", "too large"],
  [{ integrity: { kind: "damaged", problems: ["page 3"] } }, "fail", "damaged: page 3"],
  [{ integrity: { kind: "unreadable", error: "EACCES" } }, "fail", "EACCES"],
  [{ writable: false }, "fail", "cannot be written"],
  [{ mode: 0o644 }, "fail", "may be read by others"],
  [{ walBytes: 200 * 1_048_576 }, "warn", "200 MiB of WAL"],
] as const)("a SQLite file with %j is %s", (facts, verdict, found) => {
  expect(judgeSqlite({ ...SQLITE, ...facts } as never)).toMatchObject({
    verdict,
    found: expect.stringContaining(found),
  });
});

test("no database file is no controller here, and no failure", () => {
  expect(judgeSqlite({ kind: "absent", path: "/d/hangar.db" })).toMatchObject({
    verdict: "skipped",
  });
});

test("a PostgreSQL without some migrations is something to look at", () => {
  expect(judgePostgres({ version: "15.6", pending: [] })).toMatchObject({ verdict: "ok" });
  expect(judgePostgres({ version: "15.6", pending: ["0002-lifecycle"] })).toMatchObject({
    verdict: "warn",
    found: "PostgreSQL 15.6, without 0002-lifecycle",
  });
});
