/** The end of a command's help: what one would type, and what comes of it. */
export function examples(...list: readonly (readonly [command: string, does: string])[]): string {
  const lines = list.map(([command, does]) => `  ${does}\n    $ ${command}`);
  return `\nExamples:\n${lines.join("\n")}\n`;
}
