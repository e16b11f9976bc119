import { InvalidArgumentError } from "commander";
import { MIN_REQUESTS_PER_SECOND, type RateLimit } from "../../protocol/api-key.ts";

const PER = { s: 1, m: 60 } as const;

/** "50", "50/s", "30/m", each with "/BURST" after it. Default burst: what two seconds bring, at least 1. */
export function parseRate(text: string): RateLimit {
  const { amount, unit = "s", burst } = RATE.exec(text)?.groups ?? {};
  const requests_per_second = Number(amount) / PER[unit as keyof typeof PER];
  const limit = {
    requests_per_second,
    burst: burst === undefined ? Math.max(1, Math.ceil(requests_per_second * 2)) : Number(burst),
  };
  if (!(requests_per_second >= MIN_REQUESTS_PER_SECOND) || limit.burst < 1) {
    throw new InvalidArgumentError("Expected a rate, such as 50/s, 30/m or 50/s/200.");
  }
  return limit;
}
const RATE = /^(?<amount>\d{1,6}(\.\d+)?)(\/(?<unit>[sm]))?(\/(?<burst>\d{1,6}))?$/;

export function formatRate({ requests_per_second: rate, burst }: RateLimit): string {
  const text = rate < 1 ? `${round(rate * 60)}/m` : `${round(rate)}/s`;
  return `${text}, ${burst} at once`;
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}
