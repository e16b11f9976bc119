export interface DescribedError {
  type: string;
  message: string;
  stack?: string;
  code?: string | number;
  cause?: DescribedError | string;
  errors?: (DescribedError | string)[];
}

/** Deeper than this nobody wraps errors, unless they name each other as their cause. */
const MAX_DEPTH = 8;
/** A message may repeat what somebody sent, a megabyte of it. */
const MAX_CHARS = 4_000;

/**
 * What a log may hold of an error: what it says, and why. Libraries hang on theirs whatever they had in
 * hand, such as the row that a database refused or the request that was not answered.
 */
export function describeError(error: unknown, depth = 0): DescribedError | string {
  if (!(error instanceof Error)) return typeof error === "string" ? cut(error) : typeof error;
  const { name, message, stack, cause } = error;
  const { code } = error as { code?: unknown };
  const inner = (each: unknown) => describeError(each, depth + 1);
  const goesOn = depth < MAX_DEPTH;
  return {
    type: name,
    message: cut(message),
    ...(stack === undefined ? {} : { stack: cutStack(stack, message) }),
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    ...(cause === undefined || !goesOn ? {} : { cause: inner(cause) }),
    ...(error instanceof AggregateError && goesOn ? { errors: error.errors.map(inner) } : {}),
  };
}

function cut(text: string): string {
  if (text.length <= MAX_CHARS) return text;
  return `${text.slice(0, MAX_CHARS)}… (${text.length - MAX_CHARS} more)`;
}

/** A stack begins with the message: what is long there is cut for the calls to be told. */
function cutStack(stack: string, message: string): string {
  return cut(message.length > MAX_CHARS ? stack.replace(message, () => "…") : stack);
}
