export interface ChartColors {
  readonly lines: readonly [string, string];
  readonly fill: string;
  readonly grid: string;
  readonly text: string;
  readonly limit: string;
  readonly font: string;
}

/** A canvas has no variables: what they stand for here and now is asked of the browser. */
export function readColors(place: HTMLElement): ChartColors {
  const probe = document.createElement("span");
  place.append(probe);
  const read = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const colors = {
    lines: [read("chart-one"), read("chart-two")] as const,
    fill: read("chart-fill"),
    grid: read("line"),
    text: read("muted"),
    limit: read("failed"),
    font: `11px ${getComputedStyle(document.body).fontFamily}`,
  };
  probe.remove();
  return colors;
}
