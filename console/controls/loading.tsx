import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failure } from "./failure.tsx";

/** Shows what a query brought, or that it is on its way, or why it did not come. */
export function Loaded<Data>({ from, children }: { from: UseQueryResult<Data>; children: (data: Data) => ReactNode }) {
  if (from.data !== undefined) return <>{children(from.data)}</>;
  if (from.error !== null) return <Failure error={from.error} didAct={false} />;
  return <Loading />;
}

const bars = [1, 2, 3, 4, 5];

export function Loading() {
  return (
    <div className="skeleton">
      <p className="usa-sr-only">Loading …</p>
      {/* About as high as what comes, so that what is below does not jump. */}
      {bars.map((bar) => (
        <span key={bar} />
      ))}
    </div>
  );
}
