import { expect, test } from "vitest";
import { EMPTY_FORM, planSpawn, readCommand } from "../../../dashboard/spawn/spawn-request.ts";
import { ConnectRequest } from "../../../src/protocol/connect.ts";
import { validatorOf } from "../../../src/protocol/validate.ts";

const validator = validatorOf(ConnectRequest);

test("an image alone is enough", () => {
  const plan = planSpawn({ ...EMPTY_FORM, image: " app:1 ", maxIdle: "" });
  expect(plan).toEqual({ isValid: true, request: { spawn: { image: "app:1", access: "token" } } });
});

test("a full form becomes a request that the API takes", () => {
  const plan = planSpawn({
    image: "app:1",
    command: `serve --title "two words"`,
    keyName: "plan",
    namespace: "docs",
    tag: "v2",
    env: "A=1\n\nURL=http://x?a=b \n",
    labels: "team=blue",
    port: "3000",
    pool: "large",
    maxIdle: "300",
    lifetime: "3600",
    cpus: "0.5",
    memoryMib: "256",
    access: "public",
    user: "ada",
    subdomain: "plan",
  });
  if (!plan.isValid) throw new Error(JSON.stringify(plan.problems));
  expect(validator.accepts(plan.request)).toBe(true);
  expect(plan.request).toEqual({
    key: { name: "plan", namespace: "docs", tag: "v2" },
    user: "ada",
    spawn: {
      image: "app:1",
      command: ["serve", "--title", "two words"],
      env: { A: "1", URL: "http://x?a=b " },
      labels: { team: "blue" },
      port: 3_000,
      pool: "large",
      max_idle_seconds: 300,
      lifetime_limit_seconds: 3_600,
      resources: { cpus: 0.5, memory_bytes: 268_435_456 },
      access: "public",
      subdomain: "plan",
    },
  });
});

test.each([
  ["image", ""],
  ["image", "two words"],
  ["env", "1A=x"],
  ["env", "no equals sign"],
  ["labels", "=x"],
  ["port", "70000"],
  ["port", "8080.5"],
  ["maxIdle", "soon"],
  ["cpus", "0"],
  ["memoryMib", "1"],
  ["subdomain", "-x"],
] as const)("a wrong %s (%j) is told at its field", (field, value) => {
  const plan = planSpawn({ ...EMPTY_FORM, image: "app:1", [field]: value });
  expect(plan.isValid ? {} : plan.problems).toHaveProperty([field]);
});

test("a namespace without a name of the key is refused", () => {
  const plan = planSpawn({ ...EMPTY_FORM, image: "app:1", namespace: "docs" });
  expect(plan.isValid ? {} : plan.problems).toHaveProperty("keyName");
});

test("a command is words; quotes hold a word together, even an empty one", () => {
  expect(readCommand(`sh -c 'echo "hi"' ""`)).toEqual(["sh", "-c", `echo "hi"`, ""]);
  expect(readCommand("  ")).toBeUndefined();
});
