import { ICON_PATHS, type IconName } from "./icon-paths.ts";

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <path d={ICON_PATHS[name]} />
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
