import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useReducer, useRef } from "preact/hooks";

interface VirtualOptions {
  count: number;
  scroller: RefObject<HTMLElement>;
  rowHeight: number;
  overscan?: number;
  paddingEnd?: number;
  /** Above the first row, such as a head that stays in sight. */
  scrollPaddingStart?: number;
}

/** Which rows of many are to be rendered, and where. */
export function useVirtual(options: VirtualOptions): Virtualizer<HTMLElement, HTMLElement> {
  const [, render] = useReducer((count: number) => count + 1, 0);
  const virtualizer = useRef<Virtualizer<HTMLElement, HTMLElement>>();
  const {
    count,
    scroller,
    rowHeight,
    overscan = 8,
    paddingEnd = 0,
    scrollPaddingStart = 0,
  } = options;
  const full = {
    ...{ count, overscan, paddingEnd, scrollPaddingStart },
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => render(undefined),
  };
  virtualizer.current ??= new Virtualizer<HTMLElement, HTMLElement>(full);
  const current = virtualizer.current;
  current.setOptions(full);
  useLayoutEffect(() => current._didMount(), [current]);
  useLayoutEffect(() => current._willUpdate());
  useEffect(() => current.measure(), [current, rowHeight]);
  return current;
}
