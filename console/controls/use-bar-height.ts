import { type RefObject, useLayoutEffect, useRef } from "react";

/**
 * For a bar that stays in view: the page is told how high it is, whatever the width, the size of the text and the words are,
 * so that nothing that gets the focus is scrolled to behind it.
 *
 * @param property the style property of the page that holds the height
 */
export function useBarHeight<Bar extends HTMLElement>(property: `--${string}`): RefObject<Bar | null> {
  const bar = useRef<Bar>(null);
  useLayoutEffect(() => {
    const { current } = bar;
    if (current === null) return;
    const root = document.documentElement;
    const observer = new ResizeObserver(() => {
      root.style.setProperty(property, `${current.getBoundingClientRect().height}px`);
    });
    observer.observe(current);
    return () => {
      observer.disconnect();
      root.style.removeProperty(property);
    };
  }, [property]);
  return bar;
}
