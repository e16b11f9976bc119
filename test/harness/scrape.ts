import { type Metric, parseMetrics } from "./parse-metrics.ts";

export interface Scrape {
  readonly metrics: readonly Metric[];
  /** The value of a sample, by its name and all of its labels; undefined if it is not told. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
}

/** Asks as Prometheus does, and reads the answer strictly. */
export async function scrape(url: string, key?: string): Promise<Scrape> {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const answer = await fetch(url, { headers });
  const type = answer.headers.get("content-type") ?? "";
  if (!answer.ok || !type.startsWith("text/plain; version=0.0.4")) {
    throw new Error(`${url} answered ${answer.status} with ${type}: ${await answer.text()}`);
  }
  return readScrape(await answer.text());
}

export function readScrape(text: string): Scrape {
  const metrics = parseMetrics(text);
  const values = new Map(
    metrics.flatMap(({ samples }) =>
      samples.map(({ name, labels, value }) => [idOf(name, labels), value] as const),
    ),
  );
  return { metrics, value: (name, labels = {}) => values.get(idOf(name, labels)) };
}

function idOf(name: string, labels: Readonly<Record<string, string>>): string {
  return JSON.stringify([name, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
