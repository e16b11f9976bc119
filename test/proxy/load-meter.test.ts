import { expect, test } from "vitest";
import { LoadMeter } from "../../proxy/load-meter.ts";
import { TestClock } from "../harness/test-clock.ts";

test("a load has the rate since the last reading, and all else as it is now", async () => {
  const clock = new TestClock();
  const activity = { open: 0, total: 10, activeBackends: 0 };
  const clients = { open: 0 };
  const meter = new LoadMeter({ clock, activity, clients });
  expect(meter.read()).toEqual({
    connections: 0,
    requests_open: 0,
    active_backends: 0,
    requests_per_second: 0,
  });
  Object.assign(activity, { open: 3, total: 17, activeBackends: 2 });
  clients.open = 5;
  await clock.advance(2_000);
  expect(meter.read()).toEqual({
    connections: 5,
    requests_open: 3,
    active_backends: 2,
    requests_per_second: 3.5,
  });
  await clock.advance(3_000);
  expect(meter.read().requests_per_second).toBe(0);
  activity.total += 1;
  await clock.advance(3_000);
  expect(meter.read().requests_per_second).toBe(0.33);
});
