/** Whether the caller asks for server-sent events rather than for one answer. */
export function acceptsEventStream(accept: string | undefined): boolean {
  return (accept ?? "")
    .split(",")
    .some((range) => range.split(";")[0]?.trim().toLowerCase() === "text/event-stream");
}
