/** As src/protocol/api-key.ts has it, without the schemas that come with it. */
export const SESSION_HEADER = "x-hangar-request";
