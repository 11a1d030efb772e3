import { Link } from "wouter";
import type { AttentionAnswer } from "#contract/attention";
import { instantText } from "../words/format.ts";
import { ActButton } from "./act-button.tsx";
import { proposedAct } from "./acts.ts";
import { jobPath } from "./paths.ts";
import type { SupportAct } from "./support-act.ts";
import { attentionWords, forHowLong, runbook, subjectId, subjectName } from "./words.ts";

interface Props {
  readonly items: readonly AttentionAnswer[];
  readonly nameOf: (library: string) => string;
  readonly begin: (act: SupportAct) => void;
  /** The page that shows them: it leads nowhere to lead to itself. */
  readonly at?: string;
}

/** Each thing that needs somebody: what it is, whose, since when, what it means, and what mends it. */
export function AttentionList({ items, ...how }: Props) {
  if (items.length === 0) return null;
  return (
    <ul className="things" aria-label="Things that need attention">
      {items.map((item) => (
        <li key={`${item.kind} ${item.subject}`}>
          <Thing item={item} {...how} />
        </li>
      ))}
    </ul>
  );
}

function Thing({ item, nameOf, begin, at }: { item: AttentionAnswer } & Omit<Props, "items">) {
  const { kind, library, subject, since, summary, acts } = item;
  const { title, meaning } = attentionWords[kind];
  const where = lookPath(item);
  return (
    <>
      <h3>
        {title}
        {library !== undefined && `: ${nameOf(library)}`}
      </h3>
      <p>
        {summary.endsWith(".") ? summary : `${summary}.`} <span className="aside">So {forHowLong(since)}.</span>
      </p>
      <p className="meaning">{meaning}</p>
      <div className="row-acts">
        {acts.map((proposed) => {
          const act = proposedAct(item, proposed);
          return act && <ActButton key={`${proposed.act} ${proposed.path}`} act={act} begin={begin} />;
        })}
        {where !== undefined && where !== at && (
          <Link href={where}>
            Look at the {subjectName(subject)} <span className="usa-sr-only">({subjectId(subject)})</span>
          </Link>
        )}
        <a href={runbook(kind)}>
          What to do <span className="usa-sr-only">when: {title}</span>
        </a>
      </div>
      <p className="aside">
        {kind}, {subject}, since {instantText(since, undefined)}
      </p>
    </>
  );
}

/** The page of support that shows it more closely. */
function lookPath({ library, subject, acts }: AttentionAnswer): string | undefined {
  if (subject.startsWith("dead-letters/")) return "/support/dead-letters";
  if (subject.startsWith("executions/")) return `/support/executions/${encodeURIComponent(subjectId(subject))}`;
  if (library === undefined) return undefined;
  if (!subject.startsWith("open/")) return jobPath(library, subject);
  const restart = acts.find(({ act }) => act === "RESTART")?.path.split("/");
  const kind = restart?.at(-3);
  const id = restart?.at(-2);
  if (kind === undefined || id === undefined) return undefined;
  return jobPath(library, `${kind === "runs" || kind === "plans" ? "batch-updates" : kind}/${id}`);
}
