import type { SpawnConfig } from "../../src/protocol/spawn-config.ts";

/** What a connect asks for, as far as it can be told before it is judged. */
export interface AskedSpawn {
  key: { namespace: string; name: string } | undefined;
  image: string | undefined;
}

/**
 * What a spawn is given where the connect leaves it out; an image wins over the one that was asked for. Undefined: the
 * connect stays as it is. May wait, and refuses the connect by an ApiError. For whoever embeds a controller.
 */
export type SpawnDefaults = (asked: AskedSpawn) => Promise<Partial<SpawnConfig> | undefined>;

/** The body of a connect, filled up. What is no connect at all is left to the schema to refuse. */
export async function fillSpawn(defaults: SpawnDefaults, body: unknown): Promise<unknown> {
  if (!isObject(body)) return body;
  const { key, spawn = {} } = body;
  if (!isObject(spawn)) return body;
  const filling = await defaults({ key: keyOf(key), image: textOf(spawn.image) });
  if (filling === undefined) return body;
  const { image = spawn.image, env, ...rest } = filling;
  const allEnv = env !== undefined && isObject(spawn.env) ? { ...env, ...spawn.env } : undefined;
  return {
    ...body,
    spawn: { ...rest, ...(env && { env }), ...spawn, ...(allEnv && { env: allEnv }), image },
  };
}

function keyOf(key: unknown): AskedSpawn["key"] {
  if (!isObject(key)) return undefined;
  const name = textOf(key.name);
  return name === undefined ? undefined : { namespace: textOf(key.namespace) ?? "", name };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
