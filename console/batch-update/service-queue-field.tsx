import { Help } from "../help/help.tsx";

/** Whether a service queue is added for each patron of the set, and filled. */
export function ServiceQueueField({ isAdded, change }: { isAdded: boolean; change: (isAdded: boolean) => void }) {
  return (
    <fieldset className={isAdded ? "change change-made" : "change"}>
      <legend>Service Queue {isAdded && <span className="usa-tag">Add</span>}</legend>
      <p className="usa-hint">
        Queues are filled after the update is complete. What is already queued stays; new titles are added after it.
      </p>
      <div className="labelled">
        <div className="verbs">
          {[false, true].map((value) => (
            <div className="usa-radio" key={String(value)}>
              <input
                className="usa-radio__input"
                id={`service-queue-${value ? "add" : "leave"}`}
                type="radio"
                name="serviceQueue"
                checked={isAdded === value}
                onChange={() => change(value)}
              />
              <label className="usa-radio__label" htmlFor={`service-queue-${value ? "add" : "leave"}`}>
                {value ? "Add and fill a service queue" : "Leave as is"}
              </label>
            </div>
          ))}
        </div>
        <Help term="Service queue" />
      </div>
    </fieldset>
  );
}
