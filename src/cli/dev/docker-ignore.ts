import { posix } from "node:path";

/** What a build leaves out, by the rules of a .dockerignore file. Paths are relative to the context, with `/`. */
export interface DockerIgnore {
  ignores(path: string): boolean;
  /** Nothing below this ignored folder can be taken in again: it need not be looked into. */
  ignoresAllBelow(folder: string): boolean;
}

interface Rule {
  pattern: RegExp;
  takesBackIn: boolean;
  /** What a path that it fits must begin with. */
  literal: string;
}

/** https://docs.docker.com/build/concepts/context/#dockerignore-files: the last rule that fits decides. */
export function parseDockerIgnore(text: string): DockerIgnore {
  const rules = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .filter((line) => !line.startsWith("#"))
    .map((line) => line.trim())
    .flatMap(toRule);
  const ignores = (path: string) => {
    const names = withParents(path);
    const last = rules.findLast(({ pattern }) => names.some((name) => pattern.test(name)));
    return last !== undefined && !last.takesBackIn;
  };
  return {
    ignores,
    ignoresAllBelow: (folder) => {
      const below = `${folder}/`;
      const mayFitBelow = ({ takesBackIn, literal }: Rule) =>
        takesBackIn && (below.startsWith(literal) || literal.startsWith(below));
      return ignores(folder) && !rules.some(mayFitBelow);
    },
  };
}

function toRule(line: string): Rule[] {
  const takesBackIn = line.startsWith("!");
  const written = (takesBackIn ? line.slice(1) : line).trim();
  const path = posix.normalize(written).replace(/^\/+/, "").replace(/\/$/, "");
  if (written === "" || path === "" || path === ".") return [];
  return [{ pattern: toPattern(path), takesBackIn, literal: /^[^*?[\\]*/.exec(path)?.[0] ?? "" }];
}

/** "src/a/b" → "src/a/b", "src/a", "src": who leaves out a folder leaves out what is in it. */
function withParents(path: string): string[] {
  const names = path.split("/");
  return names.map((_, index) => names.slice(0, names.length - index).join("/"));
}

const TOKEN = /\*\*\/|\*\*|\*|\?|\[[^\]]*\]|\\.|[\s\S]/g;

/** Of Go's filepath.Match, with ** for any number of folders. */
function toPattern(path: string): RegExp {
  const source = (path.match(TOKEN) ?? []).map((token) => {
    if (token === "**/") return "(?:.*/)?";
    if (token === "**") return ".*";
    if (token === "*") return "[^/]*";
    if (token === "?") return "[^/]";
    if (/^\[.+\]$/.test(token)) return token.replaceAll("\\", "\\\\");
    return escapeRegExp(token.length > 1 ? token.slice(1) : token);
  });
  return new RegExp(`^${source.join("")}$`);
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
