import { Link } from "wouter-preact";
import { Icon } from "./icon.tsx";

/** From one of many to all of them. */
export function BackLink({ href, children }: { href: string; children: string }) {
  return (
    <Link href={href} class="back-link">
      <Icon name="back" size={14} /> {children}
    </Link>
  );
}
