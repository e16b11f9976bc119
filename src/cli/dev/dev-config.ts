import { type Static, Type } from "typebox";
import { SpawnConfig } from "../../protocol/spawn-config.ts";
import { validatorOf } from "../../protocol/validate.ts";
import { CliError } from "../cli-error.ts";
import { jsonProblem } from "../config/json-problem.ts";
import { EXIT } from "../exit-codes.ts";
import { tildePath } from "../settings/data-dir.ts";

const Paths = (description: string) =>
  Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }))], {
    description,
  });
const Port = (description: string) => Type.Integer({ minimum: 0, maximum: 65_535, description });

/** hangar.config.json: what `hangar dev` is told by the project. A flag wins. Paths are relative to its folder. */
export const DevConfig = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    dockerfile: Type.Optional(Type.String({ minLength: 1, description: "Default: Dockerfile." })),
    context: Type.Optional(
      Type.String({ minLength: 1, description: "What the build sees. Default: the folder." }),
    ),
    platform: Type.Optional(
      Type.String({ minLength: 1, description: "Such as linux/amd64. Default: this machine's." }),
    ),
    image: Type.Optional(
      Type.String({ minLength: 1, description: "Run this, and build nothing." }),
    ),
    name: Type.Optional(
      Type.String({
        pattern: "^[a-z0-9]+([._-][a-z0-9]+)*(/[a-z0-9]+([._-][a-z0-9]+)*)*$",
        description: "The image as connects may name it. Default: hangar-dev/<the folder's name>.",
      }),
    ),
    watch: Type.Optional(Paths("What is watched. Default: all that the build sees.")),
    sync: Type.Optional(Paths("SOURCE:TARGET, copied into running backends without a build.")),
    port: Type.Optional(Port("Of the API. Default: 8080, or another if that is taken.")),
    proxy_port: Type.Optional(Port("Of the sessions. Default: 9090, or another if that is taken.")),
    env: Type.Optional(SpawnConfig.properties.env),
    spawn: Type.Optional(
      Type.Omit(Type.Partial(SpawnConfig), ["image", "env"], { additionalProperties: false }),
    ),
  },
  { additionalProperties: false },
);
export type DevConfig = Static<typeof DevConfig>;

const validator = validatorOf(DevConfig);

/** Throws a CliError that names the file, the field and what was expected. */
export function parseDevConfig(file: string, text: string): DevConfig {
  const value = parseJson(file, text);
  if (validator.accepts(value)) return value;
  throw unfit(file, validator.explain(value));
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unfit(file, `it is not JSON: ${jsonProblem(text, error)}.`);
  }
}

function unfit(file: string, problem: string): CliError {
  return new CliError(`${tildePath(file)} does not fit: ${problem}`, {
    exitCode: EXIT.usage,
    hints: [`It takes ${Object.keys(DevConfig.properties).slice(1).join(", ")}.`],
  });
}
