import { type Command, InvalidArgumentError } from "commander";
import type { TracingConfig } from "../../shared/tracing/tracing.ts";
import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import { isHttpUrl, parseHttpUrl } from "./parse-http-url.ts";
import { setting } from "./setting.ts";

/** Where traces go, and how many. */
export interface TracingSettings {
  otlpEndpoint?: string;
  traceSample?: number;
}

export function addTracingSettings(command: Command): Command {
  return command
    .optionsGroup("Traces:")
    .addOption(
      setting(
        "--otlp-endpoint <url>",
        "an OpenTelemetry collector, such as http://127.0.0.1:4318; default: OTEL_EXPORTER_OTLP_ENDPOINT, else there are no traces",
      ).argParser(parseHttpUrl),
    )
    .addOption(
      setting(
        "--trace-sample <share>",
        "of the traces that begin here, 0 to 1; default: as OTEL_TRACES_SAMPLER says, else all",
      ).argParser(parseShare),
    );
}

type Variables = Readonly<Record<string, string | undefined>>;

/** What the settings say, or else the variables that OpenTelemetry has for it. */
export function tracingOf(
  { otlpEndpoint, traceSample }: TracingSettings,
  variables: Variables = process.env,
): { tracing?: TracingConfig } {
  const endpoint = endpointOf(otlpEndpoint, variables);
  if (endpoint === undefined) return {};
  const { OTEL_EXPORTER_OTLP_TRACES_HEADERS, OTEL_EXPORTER_OTLP_HEADERS } = variables;
  const headers = headersOf(OTEL_EXPORTER_OTLP_TRACES_HEADERS ?? OTEL_EXPORTER_OTLP_HEADERS);
  return {
    tracing: {
      endpoint,
      ...(headers === undefined ? {} : { headers }),
      ...(traceSample === undefined ? {} : { sample: traceSample }),
    },
  };
}

/** One for all signals gets the path of traces; one for traces alone is used as it is. */
function endpointOf(setting: string | undefined, variables: Variables): string | undefined {
  if (setting !== undefined) return ofAllSignals(setting);
  const { OTEL_SDK_DISABLED = "", OTEL_TRACES_EXPORTER } = variables;
  if (/^true$/i.test(OTEL_SDK_DISABLED) || OTEL_TRACES_EXPORTER === "none") return undefined;
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = "", OTEL_EXPORTER_OTLP_ENDPOINT = "" } = variables;
  if (OTEL_EXPORTER_OTLP_TRACES_ENDPOINT !== "") {
    return urlIn("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
  }
  if (OTEL_EXPORTER_OTLP_ENDPOINT === "") return undefined;
  return ofAllSignals(urlIn("OTEL_EXPORTER_OTLP_ENDPOINT", OTEL_EXPORTER_OTLP_ENDPOINT));
}

function urlIn(name: string, text: string): string {
  if (isHttpUrl(text)) return text;
  throw new CliError(`${name} is no http or https URL without user and password.`, {
    exitCode: EXIT.usage,
    hints: [
      "It names a collector, such as http://127.0.0.1:4318; a secret goes into OTEL_EXPORTER_OTLP_HEADERS.",
    ],
  });
}

function ofAllSignals(base: string): string {
  return `${base.replace(/\/+$/, "")}/v1/traces`;
}

/** `key=value,key2=value2`, with percent-encoding. */
function headersOf(text: string | undefined): Record<string, string> | undefined {
  if (text === undefined || text === "") return undefined;
  const pairs = text.split(",").flatMap((pair) => {
    const at = pair.indexOf("=");
    return at < 1 ? [] : [[pair.slice(0, at).trim(), decoded(pair.slice(at + 1).trim())]];
  });
  return Object.fromEntries(pairs) as Record<string, string>;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parseShare(text: string): number {
  const share = Number(text);
  if (text.trim() === "" || !(share >= 0 && share <= 1)) {
    throw new InvalidArgumentError("Expected a share from 0 to 1, such as 0.1.");
  }
  return share;
}
