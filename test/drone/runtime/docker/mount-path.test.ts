import { basename, dirname, normalize } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { folderName, mountPath } from "../../../../drone/runtime/docker/mount-path.ts";

const BASE = "/srv/mounts";
const anyKey = fc.record({
  name: fc.string({ unit: "binary", minLength: 1, maxLength: 256 }),
  namespace: fc.string({ unit: "binary", maxLength: 128 }),
  tag: fc.constant(""),
});
const key = { name: "doc", namespace: "", tag: "" };

test("without a mount there is no folder, whatever the drone has", () => {
  expect(mountPath({ key }, BASE)).toBeUndefined();
  expect(mountPath({ key, mount: false }, undefined)).toBeUndefined();
});

test("a key's own folder lies below its namespace's", () => {
  expect(mountPath({ key, mount: true }, BASE)).toBe("/srv/mounts/default/doc");
  const inTeam = { ...key, namespace: "team", name: "a b/ü" };
  expect(mountPath({ key: inTeam, mount: true }, BASE)).toBe("/srv/mounts/team/a%20b%2F%C3%BC");
});

test("no key leads out of the mount base", () => {
  fc.assert(
    fc.property(anyKey, (anyOf) => {
      const path = mountPath({ key: anyOf, mount: true }, BASE) ?? "";
      expect(normalize(path)).toBe(path);
      expect(dirname(dirname(path))).toBe(BASE);
      expect(basename(path)).not.toBe("");
      expect(path).not.toMatch(/[:\0]/);
      expect(Buffer.byteLength(basename(path))).toBeLessThanOrEqual(255);
    }),
  );
});

test.each([".", "..", "../x", ".hidden", "a/../../b"])(
  "the key %j gets one plain segment",
  (name) => {
    expect(folderName(name)).toMatch(/^[^./][^/]*$/);
  },
);

test("no two keys share a folder, however long, odd or alike they are", () => {
  const alike = [
    "",
    "default",
    "%64efault",
    "a".repeat(200),
    "a".repeat(201),
    "\ud800",
    "\udbff",
    "\ufffd",
  ];
  const name = fc.oneof(
    fc.constantFrom(...alike.slice(1)),
    fc.string({ minLength: 1, maxLength: 256 }),
  );
  const namespace = fc.oneof(fc.constantFrom(...alike), fc.string({ maxLength: 128 }));
  const key = fc.record({ name, namespace, tag: fc.constant("") });
  fc.assert(
    fc.property(key, key, (one, other) => {
      fc.pre(one.name !== other.name || one.namespace !== other.namespace);
      expect(mountPath({ key: one, mount: true }, BASE)).not.toBe(
        mountPath({ key: other, mount: true }, BASE),
      );
    }),
    { numRuns: 1_000 },
  );
});

test("a relative path is taken as it is", () => {
  expect(mountPath({ key, mount: "shared/set.1" }, BASE)).toBe("/srv/mounts/shared/set.1");
});

test.each(["..", "a/../b", "./a", "a/.", "/etc", "a//b", "a:b", ""])(
  "the path %j is refused with createfailed",
  (mount) => {
    expect(() => mountPath({ key, mount }, BASE)).toThrow(
      expect.objectContaining({ reason: "createfailed" }),
    );
  },
);

test("a drone without a mount base refuses to mount, and says so", () => {
  expect(() => mountPath({ key, mount: true }, undefined)).toThrow(/no mount base/);
});

test.each(["mounts", "/srv/a:b"])("the mount base %j is refused", (base) => {
  expect(() => mountPath({ key, mount: true }, base)).toThrow(/mount base/);
});
