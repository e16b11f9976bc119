import { expect, test } from "vitest";
import { addSample, seriesOf } from "../../../dashboard/backend/metric-series.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";
import { someMetrics } from "../scene.ts";

const [first, second, third] = someMetrics("abcdefghij1234" as BackendId, 1_000_000).slice(0, 3);
if (first === undefined || second === undefined || third === undefined)
  throw new Error("no samples");

test("samples of the last while are kept; one that was heard before is not added", () => {
  expect(addSample([first], second, 60_000)).toEqual([first, second]);
  expect(addSample([first, second], second, 60_000)).toEqual([first, second]);
  expect(addSample([first, second], third, 3_000)).toEqual([second, third]);
});

test("totals become rates", () => {
  const grown = {
    ...second,
    at: first.at + 2_000,
    network_received_bytes: (first.network_received_bytes ?? 0) + 500,
    disk_written_bytes: (first.disk_written_bytes ?? 0) + 4_000,
  };
  expect(seriesOf([first, grown])).toMatchObject({
    received: [null, 250],
    diskWritten: [null, 2_000],
  });
});

test("a total that was reset, or is not known, has no rate", () => {
  expect(seriesOf([second, { ...third, network_sent_bytes: 0 }]).sent).toEqual([null, null]);
  expect(seriesOf([second, { ...third, network_sent_bytes: null }]).sent).toEqual([null, null]);
});
