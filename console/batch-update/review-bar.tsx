import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { BatchUpdateAnswer, PlanAnswer } from "#contract/batch-updates";
import { patronsToWrite } from "#domain/batch-update/counts";
import { libraryQuery, meQuery } from "../api/library.ts";
import { PanelDialog } from "../controls/panel-dialog.tsx";
import { amount, patrons } from "../words/format.ts";
import { label } from "../words/labels.ts";
import { HandBack } from "./hand-back.tsx";
import { HandOver } from "./hand-over.tsx";
import { nextStep } from "./next-step.ts";
import { planParts } from "./parts.ts";
import { ProcessForm } from "./process-form.tsx";
import { Roomy } from "./roomy.tsx";
import { Workbar } from "./workbar.tsx";

interface Props {
  readonly batchUpdate: BatchUpdateAnswer;
  readonly plan: PlanAnswer;
  /** Somebody here acts on the review, so that what follows is no news. */
  readonly act: (isDone: boolean) => void;
  readonly handedOver: () => void;
  /** What is ticked, and what can be done with it. */
  readonly children?: ReactNode;
}

/** How many would change, and the one way on from here: it is processed, handed over or given back, as the person may. */
export function ReviewBar({ batchUpdate, plan, act, handedOver, children }: Props) {
  const me = useQuery(meQuery()).data;
  const library = useQuery(libraryQuery()).data;
  if (me === undefined || library === undefined) return null;
  const step = nextStep(batchUpdate, me, library);
  const isAdministrator = me.roles.includes("administrator");
  const { handover, kind } = batchUpdate;
  const count = patronsToWrite(plan);
  const others = planParts(plan.counts)
    .filter(({ code }) => !["UPDATE", "CREATE", "REMOVE"].includes(code))
    .map((part) => `${amount(part.count)} ${label(part.code).toLowerCase()}`);
  return (
    <Workbar name="The review at a glance">
      <p className="workbar-count">
        <strong>{patrons(count)}</strong> would change
        <span className="workbar-more">
          {" "}
          out of {amount(plan.counts.total)}
          {others.length > 0 && `: ${others.join(", ")}`}
        </span>
      </p>
      {children}
      <div className="workbar-acts">
        {step === "PROCESS" && (
          <PanelDialog
            button={
              <>
                Process {amount(count)} <Roomy>{count === 1 ? "patron " : "patrons "}</Roomy>…
              </>
            }
            isMain
            title={kind === "UNDO" ? "Process the undo" : "Process"}
            dismiss="Not now"
          >
            {() => <ProcessForm batchUpdate={batchUpdate} plan={plan} library={library} act={act} />}
          </PanelDialog>
        )}
        {step === "PROCESS" && isAdministrator && handover !== undefined && (
          <PanelDialog button="Give it back …" title="Give it back with a note" dismiss="Not now">
            {() => <HandBack batchUpdate={batchUpdate} />}
          </PanelDialog>
        )}
        {(step === "HAND_OVER" || (step === "PROCESS" && isAdministrator && handover === undefined)) && (
          <PanelDialog
            button={handover === undefined ? "Hand over …" : "Hand over again …"}
            isMain={step === "HAND_OVER" && handover === undefined}
            title="Hand over to administrators"
            dismiss="Not now"
          >
            {(close) => (
              <HandOver
                batchUpdate={batchUpdate}
                done={() => {
                  close();
                  handedOver();
                }}
              />
            )}
          </PanelDialog>
        )}
      </div>
    </Workbar>
  );
}
