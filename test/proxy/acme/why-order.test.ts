import { expect, test } from "vitest";
import { type HeldCertificate, renewsAt, whyOrder } from "../../../proxy/acme/why-order.ts";

const DAY_MS = 86_400_000;
const HELD: HeldCertificate = {
  names: ["example.com", "*.example.com"],
  validFrom: 0,
  expiresAt: 90 * DAY_MS,
  directory: "https://ca/dir",
  ageMs: 10 * DAY_MS,
};
const WANTED = { domain: "example.com", directory: "https://ca/dir", jitter: 0 };

test.each([
  [undefined, {}, 0, "there is none"],
  [HELD, {}, 0, undefined],
  [HELD, {}, 60 * DAY_MS - 1, undefined],
  [HELD, {}, 60 * DAY_MS, "a third of its life is left"],
  [HELD, {}, 100 * DAY_MS, "a third of its life is left"],
  [HELD, { jitter: 1 }, 61 * DAY_MS, undefined],
  [HELD, { jitter: 1 }, 62 * DAY_MS, "a third of its life is left"],
  [HELD, { domain: "other.example" }, 0, "it is not for other.example, *.other.example"],
  [HELD, { directory: "https://other/dir" }, 0, "it is another CA's"],
  [{ ...HELD, ageMs: 599_999 }, { directory: "https://other/dir" }, 0, undefined],
])("%#: why it is ordered", (held, changes, nowMs, because) => {
  expect(whyOrder(held, { ...WANTED, ...changes }, nowMs)).toBe(because);
});

test("proxies differ in when they renew, and all do long before the end", () => {
  const times = [0, 0.5, 1].map((jitter) => renewsAt(HELD, jitter) / DAY_MS);
  expect(times).toEqual([60, 60.75, 61.5]);
});
