import { ApiError } from "../../src/protocol/errors.ts";
import type { SpawnConfig } from "../../src/protocol/spawn-config.ts";
import { MAX_ARGUMENT_BYTES, MAX_ARGUMENTS_BYTES } from "../../src/protocol/timings.ts";

/** What the kernel keeps for each beside its text: the closing NUL, and a pointer. */
const BYTES_BESIDE = 9;

/**
 * What Linux would not give a program is refused before a drone is asked: env and command have sizes that
 * neither an image nor a runtime can change. `field` is where the spawn config stands in the request.
 */
export function checkArguments(
  field: string,
  { env = {}, command = [] }: Pick<SpawnConfig, "env" | "command">,
): void {
  let total = 0;
  const count = (place: string, text: string, limit: number, what: string) => {
    const bytes = Buffer.byteLength(text);
    if (bytes > limit) throw tooLong(`${field}.${place}`, `at most ${limit} bytes${what}`);
    total += bytes + BYTES_BESIDE;
  };
  for (const [name, value] of Object.entries(env)) {
    count(`env.${name}`, `${name}=${value}`, MAX_ARGUMENT_BYTES, ", its name and the = among them");
  }
  for (const [index, argument] of command.entries()) {
    count(`command.${index}`, argument, MAX_ARGUMENT_BYTES, "");
  }
  if (total <= MAX_ARGUMENTS_BYTES) return;
  const rule = `env and command have at most ${MAX_ARGUMENTS_BYTES} bytes together`;
  throw tooLong(field, `${rule}, with ${BYTES_BESIDE} for each variable and argument`);
}

function tooLong(field: string, rule: string): ApiError {
  const message = `${field}: ${rule}; put what is longer into a file or fetch it`;
  return new ApiError("invalid-request", message, { details: { field } });
}
