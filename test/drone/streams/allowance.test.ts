import { expect, test } from "vitest";
import { Allowance } from "../../../drone/streams/allowance.ts";

const never = new AbortController().signal;
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("no more is used than is allowed, and who waits longest goes first", async () => {
  const allowance = new Allowance(2);
  const order: number[] = [];
  for (const each of [1, 2, 3, 4, 5]) void allowance.use(never).then(() => order.push(each));
  await settled();
  expect(order).toEqual([1, 2]);
  allowance.raiseTo(4);
  allowance.raiseTo(3);
  await settled();
  expect(order).toEqual([1, 2, 3, 4]);
});

test("who stops waiting takes nothing from the others", async () => {
  const allowance = new Allowance(0);
  const stop = new AbortController();
  const first = allowance.use(stop.signal);
  const second = allowance.use(never);
  stop.abort(new Error("closed"));
  await expect(first).rejects.toThrow("closed");
  allowance.raiseTo(1);
  await second;
  await expect(allowance.use(AbortSignal.abort(new Error("over")))).rejects.toThrow("over");
});
