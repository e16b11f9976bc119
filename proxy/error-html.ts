import type { ApiError, ErrorCode } from "../src/protocol/errors.ts";

export interface ErrorHtml {
  error: ApiError;
  requestId: string;
  /** The browser asks again by itself after so long. */
  refreshSeconds: number | undefined;
}

interface Advice {
  title: string;
  whatToDo: string;
}

const ADVICE: Partial<Record<ErrorCode, Advice>> = {
  "no-target": {
    title: "No session at this address",
    whatToDo: "Check the link. A session's address begins with the session's own name.",
  },
  unauthorized: {
    title: "This session is private",
    whatToDo: "Open it with the whole link that the application gave you.",
  },
  forbidden: {
    title: "This link does not open this session",
    whatToDo: "It may have expired or been revoked. Get a new one from the application.",
  },
  "cross-origin": {
    title: "Another site tried to use this session",
    whatToDo: "Open the session by its own link. Nothing was passed on.",
  },
  "not-found": {
    title: "No such session",
    whatToDo: "Check the link for a typing mistake, or start a session from the application.",
  },
  "backend-ended": {
    title: "This session has ended",
    whatToDo: "Start a new one from the application.",
  },
  "backend-unreachable": {
    title: "The session does not answer",
    whatToDo: "Try again in a moment. If it stays so, start a new one from the application.",
  },
  "backend-timeout": {
    title: "The session takes too long",
    whatToDo: "Try again in a moment.",
  },
  "not-ready": {
    title: "The session is still starting",
    whatToDo: "Try again in a moment.",
  },
  unavailable: {
    title: "Not available right now",
    whatToDo: "Try again in a moment.",
  },
};

const OTHERWISE: Advice = {
  title: "Something went wrong",
  whatToDo: "Try again in a moment, and tell the operator the request id below.",
};

const STYLE = `
:root{color-scheme:light dark;--ground:#f6f7f9;--card:#fff;--text:#1a1f2b;--soft:#5b6475;--line:#e3e6ec;--mark:#c2410c}
@media(prefers-color-scheme:dark){:root{--ground:#0e1117;--card:#161b24;--text:#e8ebf1;--soft:#96a0b3;--line:#252c39;--mark:#fb923c}}
*{box-sizing:border-box;margin:0}
body{min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--ground);color:var(--text);font:16px/1.55 system-ui,sans-serif}
main{max-width:30rem;width:100%;padding:2.25rem;background:var(--card);border:1px solid var(--line);border-radius:14px;box-shadow:0 12px 32px -18px #0005}
p.code{color:var(--mark);font:600 .8rem/1 ui-monospace,monospace;letter-spacing:.06em}
h1{margin:.7rem 0 .6rem;font-size:1.45rem;line-height:1.25;text-wrap:balance}
p.why{color:var(--soft);overflow-wrap:anywhere}
p.do{margin-top:.9rem}
footer{margin-top:1.8rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font:.78rem ui-monospace,monospace;overflow-wrap:anywhere}
`.replaceAll("\n", "");

/** One self-contained page: no script, nothing to fetch. */
export function errorHtml({ error, requestId, refreshSeconds }: ErrorHtml): string {
  const { title, whatToDo } = ADVICE[error.code] ?? OTHERWISE;
  const refresh =
    refreshSeconds === undefined ? "" : `<meta http-equiv="refresh" content="${refreshSeconds}">\n`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
${refresh}<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
<main>
<p class="code">${error.status} ${escapeHtml(error.code)}</p>
<h1>${escapeHtml(title)}</h1>
<p class="why">${escapeHtml(sentence(error.message))}</p>
<p class="do">${escapeHtml(refresh === "" ? whatToDo : "This page tries again by itself.")}</p>
<footer>request ${escapeHtml(requestId)}</footer>
</main>
</html>
`;
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
