import type { FastifyInstance } from "fastify";

/** An answer as it goes to its client, or one part of a stream. */
export interface HeardAnswer {
  method: string;
  /** The route as it is declared, "/v1/drones/:name"; null: none was found. */
  url: string | null;
  status: number;
  /** Its content type; empty: it has none. */
  type: string;
  /** Of JSON the whole body, of a stream what was written at once, of anything else nothing. */
  text: string;
}

/** What hear-answers.cjs is: told is each answer of each controller that is made here from now on. */
export interface Hearing {
  hearAnswers(tell: (answer: HeardAnswer, by: FastifyInstance) => void): void;
}
