import { expect, test } from "vitest";
import { assemble, ServiceStack } from "../../src/shared/service-stack.ts";

test("services are closed in reverse order, all of them even if one fails", async () => {
  const closed: string[] = [];
  const stack = new ServiceStack();
  for (const name of ["one", "two", "three"]) {
    stack.defer(() => {
      closed.push(name);
      if (name === "two") throw new Error("two cannot close");
    });
  }
  await expect(stack[Symbol.asyncDispose]()).rejects.toThrow("two cannot close");
  expect(closed).toEqual(["three", "two", "one"]);
});

test("what was built before a failure is closed, and the failure is told", async () => {
  const closed: string[] = [];
  const building = assemble(async (stack) => {
    stack.defer(() => void closed.push("database"));
    throw new Error("port in use");
  });
  await expect(building).rejects.toThrow("port in use");
  expect(closed).toEqual(["database"]);
});
