export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const HELP = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/;
const TYPE = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)$/;
const SAMPLE =
  /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"/g;
const NUMBER = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]Inf|Nan|NaN)$/;
const PARTS: Record<string, readonly string[]> = {
  histogram: ["_bucket", "_sum", "_count"],
  summary: ["", "_sum", "_count"],
};

/** Prometheus' text format 0.0.4, strictly: throws with the line that breaks a rule of it. */
export function parseMetrics(text: string): Metric[] {
  if (!text.endsWith("\n")) fail("the last line has no end");
  const reading: Reading = { metrics: new Map(), help: undefined, open: undefined };
  for (const line of text.split("\n")) if (line !== "") readLine(reading, line);
  return [...reading.metrics.values()];
}

type OpenMetric = Metric & { readonly samples: Sample[] };

interface Reading {
  readonly metrics: Map<string, OpenMetric>;
  help: { name: string; help: string } | undefined;
  open: OpenMetric | undefined;
}

function readLine(reading: Reading, line: string): void {
  const [isHelp, helpName = "", help = ""] = HELP.exec(line) ?? [];
  const [isType, name = "", type = ""] = TYPE.exec(line) ?? [];
  if (isHelp !== undefined) {
    reading.help = { name: helpName, help };
    return;
  }
  if (isType === undefined) {
    const open = reading.open ?? fail(`a sample of nothing: ${line}`);
    open.samples.push(sampleOf(line, open));
    return;
  }
  if (reading.help?.name !== name) fail(`a type without its help: ${line}`);
  if (reading.metrics.has(name)) fail(`told twice: ${line}`);
  reading.open = { name, help: reading.help.help, type, samples: [] };
  reading.metrics.set(name, reading.open);
}

function sampleOf(line: string, { name: metric, type, samples }: Metric): Sample {
  const [, name = "", labelText = "", number = ""] =
    SAMPLE.exec(line) ?? fail(`no sample: ${line}`);
  if (!NUMBER.test(number)) fail(`no number: ${line}`);
  const parts = PARTS[type] ?? [""];
  if (!parts.some((part) => name === metric + part)) fail(`a sample of another metric: ${line}`);
  const pairs = [...labelText.matchAll(LABEL)].map(([, key = "", value = ""]) => [key, value]);
  const labels = Object.fromEntries(pairs) as Record<string, string>;
  if (Object.keys(labels).length < pairs.length) fail(`a label twice: ${line}`);
  const isKnown = samples.some(
    (sample) => sample.name === name && JSON.stringify(sample.labels) === JSON.stringify(labels),
  );
  if (isKnown) fail(`a sample twice: ${line}`);
  return { name, labels, value: number.endsWith("Inf") ? Infinity : Number(number) };
}

function fail(why: string): never {
  throw new Error(why);
}
