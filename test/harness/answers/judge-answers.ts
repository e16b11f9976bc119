import type { FastifyInstance } from "fastify";
import type { JsonObject } from "../../../controller/http/openapi/hoist-schemas.ts";
import { apiDocument } from "../api-document.ts";
import type { HeardAnswer } from "./heard-answer.ts";
import { judgeAnswer } from "./judge-answer.ts";

/** What is wrong with answers of controllers here, by their own document, and of those in other processes. */
export async function judgeAnswers(
  ours: readonly { answer: HeardAnswer; by: FastifyInstance }[],
  theirs: readonly HeardAnswer[],
): Promise<string[]> {
  const document = theirs.length === 0 ? {} : await apiDocument();
  // A test may try a few routes alone, which have no document.
  const documented = ours.filter(({ by }) => by.hasDecorator("swagger"));
  const unsaid = [
    ...documented.flatMap(({ answer, by }) =>
      judgeAnswer(by.swagger() as unknown as JsonObject, answer),
    ),
    ...theirs.flatMap((answer) => judgeAnswer(document, answer)),
  ];
  return [...new Set(unsaid)];
}
