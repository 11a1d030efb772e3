import { useLocation } from "wouter";
import { whatEnds } from "../what-ends.ts";
import { PageHeading } from "./page-heading.tsx";

/** No view has this address. */
export function NoSuchPage() {
  const [pathname] = useLocation();
  const why = whatEnds.find(([begins]) => pathname.startsWith(begins))?.[1];
  return (
    <>
      <PageHeading intro="The address may be mistyped, or the page was moved. Nothing has been changed.">
        This page does not exist
      </PageHeading>
      {why !== undefined && <p>{why}</p>}
    </>
  );
}
