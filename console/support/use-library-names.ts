import { useQuery } from "@tanstack/react-query";
import { servedLibrariesQuery } from "../api/support-libraries.ts";

/** Says what a library is called; its id while that is not known. */
export function useLibraryNames(): (library: string) => string {
  const { data = [] } = useQuery(servedLibrariesQuery());
  return (library) => data.find((it) => it.library === library)?.name ?? library;
}
