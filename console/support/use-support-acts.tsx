import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useRef, useState } from "react";
import { Told } from "../controls/told.tsx";
import { beginErrand } from "../session/session.ts";
import { ActDialog } from "./act-dialog.tsx";
import type { SupportAct } from "./support-act.ts";

/** Lets a page of support act. `view` belongs below its heading: the question, and what came of it, which takes the focus. */
export function useSupportActs(): { begin: (act: SupportAct) => void; view: ReactNode } {
  const client = useQueryClient();
  const [chosen, choose] = useState<SupportAct>();
  const done = useRef<readonly string[]>(undefined);
  const [told, setTold] = useState<{ turn: number; does: readonly string[] }>({ turn: 0, does: [] });
  return {
    begin(act) {
      setTold({ turn: 0, does: [] });
      choose(act);
    },
    view: (
      <>
        <ActDialog
          act={chosen}
          onDismiss={() => {
            choose(undefined);
            // A dialog that closes gives the focus back to its button first; what is told takes it from there.
            if (done.current !== undefined) setTold({ turn: 1, does: done.current });
            done.current = undefined;
          }}
          onDone={({ does, goOn }, reason) => {
            if (goOn !== undefined) {
              // What of another library is in memory goes with the page.
              beginErrand({ library: goOn.library, reason });
              location.assign(goOn.at);
              return;
            }
            done.current = does;
            choose(undefined);
            void client.invalidateQueries({ queryKey: ["support"] });
          }}
        />
        <Told turn={told.turn}>
          <p>{does(told.does)}</p>
        </Told>
      </>
    ),
  };
}

function does(sentences: readonly string[]): string {
  return `Done. ${sentences.join(" ")}`;
}
