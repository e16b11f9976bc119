/** Drawn for a grid of 16, with strokes of 1.5. */
const PATHS = {
  backends: "M2 13.5V8a6 6 0 0 1 12 0v5.5M5 13.5V9h6v4.5M8 9v4.5",
  drones: "M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01",
  proxies: "M2 8h4m4 0h4M6 8l4-4.5M6 8l4 4.5M10 3.5h4M10 12.5h4",
  controllers: "M8 2v3M8 11v3M2 8h3M11 8h3M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  events: "M2 8h2.5l2-5 3 10 2-5H14",
  spawn: "M8 3v10M3 8h10",
  keys: "M6 10.5a3 3 0 1 1 2.1-5.1L13.5 5v2.5H12V9h-1.5v1.5H8.6A3 3 0 0 1 6 10.5zM5.5 7.5h.01",
  audit: "M4 2h8v12H4zM6.5 5.5h3M6.5 8h3M6.5 10.5h2",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.5 10.5l3 3",
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  check: "M3 8.5l3.5 3.5L13 4.5",
  open: "M9 3h4v4M13 3L7.5 8.5M11.5 9v4h-9V4.5H7",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  play: "M5 3.5l7 4.5-7 4.5z",
  wrap: "M2.5 4h11M2.5 8h8.5a2 2 0 0 1 0 4H8M9.5 10.5L8 12l1.5 1.5M2.5 12h3",
  back: "M9.5 3.5L5 8l4.5 4.5",
  forward: "M6.5 3.5L11 8l-4.5 4.5",
  sun: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7",
  moon: "M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z",
  system: "M2 3h12v8H2zM6 13.5h4M8 11v2.5",
  leave: "M6.5 2.5h-4v11h4M6 8h7.5M10.5 5l3 3-3 3",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  help: "M5.5 6A2.5 2.5 0 1 1 8 8.5v1M8 12.5h.01",
  warning: "M8 2.5l6 11H2zM8 6.5v3.5M8 11.8h.01",
  up: "M4 9.5L8 5.5l4 4",
  down: "M4 6.5l4 4 4-4",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** A hangar seen from the front, its door half open. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg class="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path d="M2 28V16C2 8.8 8.3 3 16 3s14 5.8 14 13v12h-5V17c0-5-4-9-9-9s-9 4-9 9v11z" />
      <path d="M10 28v-9.5h12V28h-3.2v-6.6h-5.6V28z" />
    </svg>
  );
}
