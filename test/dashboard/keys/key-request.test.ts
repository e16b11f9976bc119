import { expect, test } from "vitest";
import { EMPTY_KEY, planKey, SCOPE_TEXTS } from "../../../dashboard/keys/key-request.ts";
import { CreateApiKeyRequest, Scope } from "../../../src/protocol/api-key.ts";
import { validatorOf } from "../../../src/protocol/validate.ts";

test("a full form becomes a request that the API takes", () => {
  const plan = planKey({
    name: " ci ",
    scopes: ["read", "connect"],
    namespace: "docs",
    expires: "0.5",
  });
  if (!plan.isValid) throw new Error("not valid");
  expect(validatorOf(CreateApiKeyRequest).accepts(plan.request)).toBe(true);
  expect(plan.request).toEqual({
    name: "ci",
    scopes: ["read", "connect"],
    namespace: "docs",
    expires_in_seconds: 43_200,
  });
});

test("what is missing or cannot be is told at its field", () => {
  const wrong = planKey({ name: " ", scopes: [], namespace: "", expires: "never" });
  expect(wrong.isValid ? {} : Object.keys(wrong.problems)).toEqual(["name", "scopes", "expires"]);
  const machine = planKey({ ...EMPTY_KEY, name: "d", scopes: ["drone"], namespace: "docs" });
  expect(machine.isValid ? {} : machine.problems).toHaveProperty("namespace");
});

test("the form offers every scope that there is", () => {
  const accepts = validatorOf(Scope).accepts;
  expect(Object.keys(SCOPE_TEXTS).every((scope) => accepts(scope))).toBe(true);
  expect(Object.keys(SCOPE_TEXTS)).toHaveLength(5);
});
