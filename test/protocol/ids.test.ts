import { expect, test } from "vitest";
import {
  isBackendId,
  isToken,
  newApiKey,
  newBackendId,
  newConnectionToken,
  newStaticToken,
} from "../../src/protocol/ids.ts";

test("a backend's id is a DNS label, and no two are alike", () => {
  const ids = Array.from({ length: 1_000 }, newBackendId);
  expect(ids.every((id) => /^[a-z0-9]{1,63}$/.test(id) && isBackendId(id))).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
});

test("a token is known by its form, and rubbish is not one", () => {
  expect(isToken(newConnectionToken())).toBe(true);
  expect(isToken(newStaticToken())).toBe(true);
  for (const rubbish of [
    "",
    "hct_",
    "index.html",
    newApiKey(),
    `${newConnectionToken()}x`,
    "hct_é",
  ]) {
    expect(isToken(rubbish)).toBe(false);
  }
});
