import Table from "cli-table3";
import type { Figure, ProxyFigures } from "./proxy-figures.ts";

export function proxyTable(figures: ProxyFigures): string {
  const { machine, connections, rounds, round_ms, requests, echoes } = figures;
  const table = new Table({
    head: ["", "requests/s", "of no proxy", "WebSocket echoes/s", "of no proxy"],
    colAligns: ["left", "right", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  for (const [index, figure] of requests.entries()) {
    table.push([figure.subject, ...cellsOf(figure), ...cellsOf(echoes[index])]);
  }
  const method = `medians of ${rounds} alternating rounds of ${round_ms / 1_000} s; ${connections} connections; 41 bytes; each part in a process of its own`;
  return `${table.toString()}\n${method}\n${machine}`;
}

function cellsOf(figure: Figure | undefined): string[] {
  if (figure === undefined) return ["", ""];
  return [figure.per_second.toLocaleString("en"), `${Math.round(figure.share * 100)} %`];
}
