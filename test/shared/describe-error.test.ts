import { expect, test } from "vitest";
import { describeError } from "../../src/shared/describe-error.ts";

test("of an error that repeats a megabyte, a log holds the beginning and where it was thrown", () => {
  const cause = "y".repeat(1_000_000);
  const described = describeError(new Error(`"${"x$&".repeat(400_000)}": no`, { cause }));
  const text = JSON.stringify(described);
  expect(text.length).toBeLessThan(15_000);
  expect(described).toMatchObject({
    message: expect.stringMatching(/^"x.*… \(\d+ more\)$/),
    stack: expect.stringContaining("describe-error.test.ts"),
    cause: expect.stringMatching(/^y+… /),
  });
});

test("what is short is told whole", () => {
  const error = new Error("no room");
  const { message, stack } = error;
  expect(describeError(error)).toEqual({ type: "Error", message, stack });
});
