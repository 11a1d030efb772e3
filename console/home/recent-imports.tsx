import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { recentImportsQuery } from "../api/imports.ts";
import { Loaded } from "../controls/loading.tsx";
import { ImportsTable } from "../imports/imports-table.tsx";
import { freshImports } from "./failed-imports.ts";

/** Others are behind the link below. */
const mostShown = 10;

/** The imports of the last day and night. */
export function RecentImports({ timeZone }: { timeZone: string | undefined }) {
  const found = useQuery(recentImportsQuery());
  return (
    <Loaded from={found}>
      {({ items }) => {
        const fresh = freshImports(items, Date.now()).slice(0, mostShown);
        if (fresh.length === 0) return null;
        return (
          <section aria-label="Recent imports" className="work work-imports">
            <ImportsTable items={fresh} empty="" timeZone={timeZone} />
            <p>
              <Link href="/imports">All imports</Link>
            </p>
          </section>
        );
      }}
    </Loaded>
  );
}
