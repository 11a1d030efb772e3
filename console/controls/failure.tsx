import { useEffect, useLayoutEffect, useRef } from "react";
import { Link } from "wouter";
import { ApiProblem } from "../api/problem.ts";
import { Unreachable } from "../api/transport.ts";
import { announce } from "../page/announcer.ts";
import { codesInWords } from "../words/codes-in-words.ts";
import { Notice } from "./notice.tsx";

interface Props {
  readonly error: Error;
  readonly didAct: boolean;
  /** Where what stands in the way is found, if it is no batch update. */
  readonly inTheWay?: (id: string) => { readonly href: string; readonly text: string };
}

function batchUpdateInTheWay(id: string) {
  return { href: `/batch-updates/${id}`, text: "Open the batch update that stands in the way" };
}

/**
 * What happened, whether anything was changed, and what to do. Of an act it takes the focus, since what was pressed may be
 * far away or gone; of what could not be loaded it is said.
 */
export function Failure({ error, didAct, inTheWay = batchUpdateInTheWay }: Props) {
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another failure is noticed like the first
  useLayoutEffect(() => {
    if (didAct) box.current?.focus();
  }, [error, didAct]);
  useEffect(() => {
    if (!didAct) announce(`${titleOf(error)}. ${codesInWords(error.message)}`);
  }, [error, didAct]);
  const obstacle = error instanceof ApiProblem ? error.conflictsWith : undefined;
  const found = obstacle === undefined ? undefined : inTheWay(obstacle);
  return (
    <div ref={box} tabIndex={-1} className="told">
      <Notice kind="error" title={titleOf(error)}>
        <p>{codesInWords(error.message)}</p>
        {error instanceof ApiProblem && error.errors.length > 0 && (
          <ul>
            {error.errors.map(({ path, message }) => (
              <li key={path + message}>
                {path}: {message}
              </li>
            ))}
          </ul>
        )}
        {didAct && <p>{consequence(error)}</p>}
        {found !== undefined && (
          <p>
            <Link href={found.href}>{found.text}</Link>
          </p>
        )}
      </Notice>
    </div>
  );
}

function titleOf(error: Error): string {
  if (error instanceof Unreachable) return "There is no connection";
  if (!(error instanceof ApiProblem)) return "Something went wrong on this page";
  if (error.status === 403) return "Your role does not allow this";
  if (error.status === 412) return "Someone else changed this in the meantime";
  if (error.status === 404) return "This was not found in your library";
  return error.status >= 500 ? "Something went wrong in the service" : "This cannot be done";
}

function consequence(error: Error): string {
  if (error instanceof Unreachable) {
    return "Your request may or may not have arrived. Check again when the connection is back. Trying again is safe: it is done only once.";
  }
  if (error instanceof ApiProblem && error.status >= 500)
    return "Check again in a minute. Trying again is safe: it is done only once.";
  return "Nothing has been changed by this.";
}
