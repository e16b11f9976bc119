/** A request that changes something, and is let in by the session's cookie, must carry this header with any value. */
export const SESSION_REQUEST_HEADER = "x-hangar-request";
