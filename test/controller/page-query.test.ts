import { expect, test } from "vitest";
import { PageQuery, pageOf } from "../../controller/http/page-query.ts";
import { validatorOf } from "../../src/protocol/validate.ts";

const named = (...names: string[]) => names.map((name) => ({ name }));
const placeOf = ({ name }: { name: string }) => name;

test("pages follow each other, and neither repeat nor skip what stays while others come and go", () => {
  const first = pageOf(named("a", "c", "d", "e"), placeOf, { limit: 2 });
  expect(first).toEqual({ items: named("a", "c"), next: "c" });
  const second = pageOf(named("a", "b", "d", "e"), placeOf, { limit: 2, cursor: first.next ?? "" });
  expect(second).toEqual({ items: named("d", "e"), next: null });
});

test("without a limit it is whole, in the order of the places", () => {
  expect(pageOf(named("b", "ä/é", "a"), placeOf, {}).items).toEqual(named("ä/é", "a", "b"));
});

test("whatever a place is made of, its cursor is one that a query takes", () => {
  const { next } = pageOf(named("ä é\n💥", "ö"), placeOf, { limit: 1 });
  expect(validatorOf(PageQuery).accepts({ cursor: next })).toBe(true);
});
