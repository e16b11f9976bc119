import fc from "fast-check";
import { expect } from "vitest";
import type { ControllerConfig } from "../../../controller/config.ts";
import type { Json, JsonObject } from "../../../controller/http/openapi/hoist-schemas.ts";
import { type AnyRequest, anyRequest, urlText } from "../../harness/any-request.ts";
import { apiDocument } from "../../harness/api-document.ts";
import { operationsOf } from "../../harness/operations.ts";
import { aController, runSpawn } from "../a-controller.ts";

/** Streams do not end by themselves; their JSON and text twins are asked. */
const PATIENCE_MS = 2_000;

/**
 * A client that knows nothing but the document asks everything of a controller, with what fits and with
 * what nearly fits. No answer is a fault of ours; what its answers look like is judged by
 * ../../harness/answers/check-answers.ts.
 */
export async function askAnything(
  runs: number,
  overrides: Partial<ControllerConfig> = {},
): Promise<Map<number, number>> {
  await using hangar = await aController(overrides);
  const drone = await hangar.drone();
  drone.answer("stream-open", ({ stream_id }) => ({ type: "stream-end", stream_id, frames: 0 }));
  await hangar.proxy();
  const first = hangar.call("POST", "/v1/connect", { key: { name: "a" }, spawn: { image: "x" } });
  const [id] = await Promise.all([runSpawn(drone), first]);
  const known = { id: [id, id, "abcdefghij0123"], name: ["dr-one", "dr-two"] };
  const document = await apiDocument();
  const seen = new Map<number, number>();
  for (const operation of operationsOf(document)) {
    await fc.assert(
      fc.asyncProperty(anyRequest(document, operation, known), async (request) => {
        const { status, text } = await send(
          hangar.controller.url,
          hangar.controller.keys.admin,
          request,
        );
        seen.set(status, (seen.get(status) ?? 0) + 1);
        if (status !== 503) expect(status, text).toBeLessThan(500);
        else expect(JSON.parse(text)).toMatchObject({ error: { code: lackOf(operation.path) } });
      }),
      { numRuns: runs, seed: 20_261_123 },
    );
  }
  return seen;
}

async function send(
  url: string,
  key: string,
  { method, path, query, body }: AnyRequest,
): Promise<{ status: number; text: string }> {
  const search = Object.entries(query).flatMap(([name, value]) =>
    [value ?? []].flat().map((each) => `${name}=${urlText(each)}`),
  );
  const given = isTimed(body) ? { ...body, wait_seconds: 0, queue_seconds: 0 } : body;
  const response = await fetch(`${url}${path}?${search.join("&")}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(given) }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
  if (isStream) await response.body?.cancel();
  return { status: response.status, text: isStream ? "" : await response.text() };
}

/** A connect that would wait, does not: what is asked for is looked at, and time is not. */
function isTimed(body: Json | undefined): body is JsonObject {
  return typeof body === "object" && body !== null && !Array.isArray(body) && "spawn" in body;
}

/** What a drone cannot give that runs nothing, and has no room for what is asked. */
function lackOf(path: string): string {
  return /logs|metrics/.test(path) ? "unavailable" : "no-drone-available";
}
