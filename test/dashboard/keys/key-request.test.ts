import { expect, test } from "vitest";
import { EMPTY_KEY, planKey, rateText, SCOPE_TEXTS } from "../../../dashboard/keys/key-request.ts";
import { CreateApiKeyRequest, Scope } from "../../../src/protocol/api-key.ts";
import { validatorOf } from "../../../src/protocol/validate.ts";

test("a full form becomes a request that the API takes", () => {
  const plan = planKey({
    name: " ci ",
    scopes: ["read", "connect"],
    namespace: "docs",
    expires: "0.5",
    rate: "2.5",
    burst: "",
  });
  if (!plan.isValid) throw new Error("not valid");
  expect(validatorOf(CreateApiKeyRequest).accepts(plan.request)).toBe(true);
  expect(plan.request).toEqual({
    name: "ci",
    scopes: ["read", "connect"],
    namespace: "docs",
    expires_in_seconds: 43_200,
    rate_limit: { requests_per_second: 2.5, burst: 5 },
  });
});

test("what is missing or cannot be is told at its field", () => {
  const wrong = planKey({ ...EMPTY_KEY, name: " ", scopes: [], expires: "never" });
  expect(wrong.isValid ? {} : Object.keys(wrong.problems)).toEqual(["name", "scopes", "expires"]);
  const machine = planKey({ ...EMPTY_KEY, name: "d", scopes: ["drone"], namespace: "docs" });
  expect(machine.isValid ? {} : machine.problems).toHaveProperty("namespace");
});

test("a rate that cannot be is told, and a burst alone is none", () => {
  const problemsOf = (rate: string, burst: string) => {
    const plan = planKey({ ...EMPTY_KEY, name: "n", rate, burst });
    return plan.isValid ? [] : Object.keys(plan.problems);
  };
  expect(problemsOf("0", "")).toEqual(["rate"]);
  expect(problemsOf("fast", "")).toEqual(["rate"]);
  expect(problemsOf("", "5")).toEqual(["rate"]);
  expect(problemsOf("5", "0.5")).toEqual(["burst"]);
  expect(problemsOf("0.1", "3")).toEqual([]);
});

test("a rate limit reads as a person would say it", () => {
  expect(rateText({ requests_per_second: 1_500, burst: 3_000 })).toBe("1,500/s, 3,000 at once");
  expect(rateText({ requests_per_second: 0.5, burst: 1 })).toBe("30/min, 1 at once");
});

test("the form offers every scope that there is", () => {
  const accepts = validatorOf(Scope).accepts;
  expect(Object.keys(SCOPE_TEXTS).every((scope) => accepts(scope))).toBe(true);
  expect(Object.keys(SCOPE_TEXTS)).toHaveLength(5);
});
