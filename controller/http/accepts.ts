/** Whether the caller asks for server-sent events rather than for one answer. */
export function acceptsEventStream(accept: string | undefined): boolean {
  return accepts(accept, "text/event-stream");
}

/** Whether a media type is named; `*` names none. */
export function accepts(accept: string | undefined, type: string): boolean {
  return (accept ?? "")
    .split(",")
    .some((range) => range.split(";")[0]?.trim().toLowerCase() === type);
}
