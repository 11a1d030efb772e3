import { WorkInLibrary } from "../libraries/work-in-library.tsx";
import { PageHeading } from "./page-heading.tsx";

/** Where support begins, whatever page was asked for. */
export function ChooseLibraryPage() {
  return (
    <>
      <PageHeading intro="You are signed in as support. Everything you do appears in the library’s audit.">
        Which library?
      </PageHeading>
      <WorkInLibrary place="page" goTo={location.pathname + location.search} />
    </>
  );
}
