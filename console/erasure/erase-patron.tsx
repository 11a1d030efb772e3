import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import type { PatronId } from "#domain/ids";
import { erasePatron } from "../api/erasures.ts";
import { meQuery } from "../api/library.ts";
import { useAction } from "../api/use-action.ts";
import { Failure } from "../controls/failure.tsx";
import { announceAct } from "../page/announcer.ts";
import { EraseDialog } from "./erase-dialog.tsx";

/** An administrator's way to erase one patron for good. Nobody else sees it. */
export function ErasePatron({ patronId, name }: { readonly patronId: PatronId; readonly name: string }) {
  const isAdministrator = useQuery(meQuery()).data?.roles.includes("administrator") === true;
  const [isAsked, setAsked] = useState(false);
  const [, go] = useLocation();
  const erase = useAction(erasePatron, ({ erasureId }) => {
    announceAct(`Patron ${patronId} is being erased.`);
    go(`/erasures/${erasureId}`);
  });
  if (!isAdministrator) return null;
  return (
    <section aria-labelledby="erase">
      <h2 id="erase">Erase</h2>
      {erase.error !== null && <Failure error={erase.error} didAct />}
      <p>Everything that is kept about this patron can be erased for good.</p>
      <button type="button" className="usa-button usa-button--outline" onClick={() => setAsked(true)}>
        Erase this patron …
      </button>
      <EraseDialog
        asked={isAsked ? { patronId, name } : undefined}
        onDismiss={() => setAsked(false)}
        onConfirm={(reason) => {
          setAsked(false);
          if (!erase.isPending) erase.mutate({ patronId, reason });
        }}
      />
    </section>
  );
}
