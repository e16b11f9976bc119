import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { Dialog } from "../ui/dialog.tsx";
import { Icon, Mark } from "../ui/icon.tsx";
import { NoticeList } from "../ui/notices.tsx";
import { useDashboard } from "./dashboard.ts";
import { HelpDialog } from "./help-dialog.tsx";
import { LiveMark } from "./live-mark.tsx";
import { NavLink, NavList } from "./nav.tsx";
import { Outage } from "./outage.tsx";
import { SessionFoot } from "./session-foot.tsx";
import { useShortcuts } from "./use-shortcuts.ts";
import { visibleViews } from "./views.ts";
import "./shell.css";

/** What stands around each view: where else to go, and who is signed in. */
export function Shell({ children }: { children: ComponentChildren }) {
  const { notices, may } = useDashboard();
  const isHelpOpen = useSignal(false);
  const isMenuOpen = useSignal(false);
  const main = useFocusOnNewView();
  useShortcuts({
    help: () => {
      isHelpOpen.value = true;
    },
  });
  const inTabs = visibleViews(may).filter(({ isInTabs }) => isInTabs);
  return (
    <div class="shell">
      <a class="skip" href="#main">
        Skip to content
      </a>
      <header class="rail">
        <div class="brand">
          <Mark />
          <span>Hangar</span>
        </div>
        <LiveMark />
        <NavList may={may} label="Views" />
        <SessionFoot onHelp={() => (isHelpOpen.value = true)} />
      </header>
      <main id="main" class="main" tabIndex={-1} ref={main}>
        <Outage />
        {children}
      </main>
      <nav class="tabs" aria-label="Main views">
        {inTabs.map((view) => (
          <NavLink key={view.path} view={view} />
        ))}
        <button type="button" class="tab-button" onClick={() => (isMenuOpen.value = true)}>
          <Icon name="more" size={18} />
          More
        </button>
      </nav>
      {isMenuOpen.value && (
        <Dialog title="Hangar" kind="menu" onClose={() => (isMenuOpen.value = false)}>
          <div class="menu">
            <NavList may={may} label="All views" onGo={() => (isMenuOpen.value = false)} />
            <SessionFoot onHelp={() => (isHelpOpen.value = true)} />
          </div>
        </Dialog>
      )}
      {isHelpOpen.value && <HelpDialog onClose={() => (isHelpOpen.value = false)} />}
      <NoticeList notices={notices} />
    </div>
  );
}

/** Whoever goes to another view starts reading there. */
function useFocusOnNewView() {
  const [location] = useLocation();
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current && document.querySelector("dialog[open]") === null) main.current?.focus();
    isFirst.current = false;
    main.current?.scrollTo(0, 0);
  }, [location]);
  return main;
}
