import { Link, useRoute } from "wouter-preact";
import { Icon } from "../ui/icon.tsx";
import type { May } from "./may.ts";
import { type ViewLink, visibleViews } from "./views.ts";

interface NavListProps {
  may: May;
  label: string;
  onGo?: () => void;
}

export function NavList({ may, label, onGo }: NavListProps) {
  return (
    <nav class="nav" aria-label={label}>
      <ul>
        {visibleViews(may).map((view) => (
          <li key={view.path}>
            <NavLink view={view} onGo={onGo} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

export function NavLink({ view, onGo }: { view: ViewLink; onGo?: (() => void) | undefined }) {
  const [isHere] = useRoute(`${view.path}/*?`);
  return (
    <Link
      href={view.path}
      class="nav-link"
      aria-current={isHere ? "page" : undefined}
      onClick={() => onGo?.()}
    >
      <Icon name={view.icon} />
      {view.name}
    </Link>
  );
}
