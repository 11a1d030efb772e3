import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { meQuery } from "../api/library.ts";
import { errand } from "../session/session.ts";
import { jobPath } from "./paths.ts";

/** From what a library sees of a job to what support sees of it. Nobody else is led there. */
export function SupportLink({ subject }: { subject: string }) {
  const me = useQuery(meQuery()).data;
  const library = errand()?.library;
  if (library === undefined || me?.roles.includes("support") !== true) return null;
  return (
    <p>
      <Link href={jobPath(library, subject)}>Support’s view: what ran for it, and whether its numbers agree</Link>
    </p>
  );
}
