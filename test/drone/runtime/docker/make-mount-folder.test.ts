import { expect, test } from "vitest";
import { numericUser } from "../../../../drone/runtime/docker/make-mount-folder.ts";

test.each([
  [undefined, { uid: 0, gid: 0 }],
  ["", { uid: 0, gid: 0 }],
  ["65534", { uid: 65_534, gid: 65_534 }],
  ["1000:2000", { uid: 1_000, gid: 2_000 }],
  ["node", undefined],
  ["node:1000", undefined],
])("an image's user %j is %j", (user, owner) => {
  expect(numericUser(user)).toEqual(owner);
});
