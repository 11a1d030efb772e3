import type { Library } from "#domain/library";
import { deepestNesting, type ListKind, listKinds } from "#domain/query/criteria";
import type { FieldError } from "../controls/error-summary.tsx";
import { Help } from "../help/help.tsx";
import { announceAct } from "../page/announcer.ts";
import { isList, type ListDraft, type NodeDraft, newLeaf, newList } from "./criteria-draft.ts";
import { LeafEditor } from "./leaf-editor.tsx";

const kindWords: Readonly<Record<ListKind, string>> = {
  all: "Match all of these (AND)",
  any: "Match any of these (OR)",
  none: "Match none of these (NOT)",
};

interface Props {
  readonly list: ListDraft;
  /** Empty for the outermost list, else such as `2.1`. */
  readonly number: string;
  readonly depth: number;
  readonly errors: readonly FieldError[];
  /** Whose tables offer the values. */
  readonly library: Library;
  readonly change: (list: ListDraft) => void;
  readonly remove?: () => void;
}

/** A group of conditions and of further groups. */
export function ListEditor({ list, number, depth, errors, library, change, remove }: Props) {
  const name = number === "" ? "Conditions" : `Group ${number}`;
  const numbered = (n: number) => (number === "" ? `${n + 1}` : `${number}.${n + 1}`);
  const put = (members: NodeDraft[]) => change({ ...list, members });
  const replace = (n: number, member: NodeDraft) => put(list.members.map((it, at) => (at === n ? member : it)));
  const drop = (n: number) => {
    put(list.members.filter((_, at) => at !== n));
    const removed = list.members[n];
    announceAct(`Removed ${removed && isList(removed) ? "group" : "condition"} ${numbered(n)}.`, "removed");
    // The pressed button is gone: on to that of the next, so that several go one after the other.
    const next = list.members[n + 1] ?? list.members[n - 1];
    document.getElementById(next === undefined ? `${list.id}-add` : `${next.id}-remove`)?.focus();
  };
  return (
    <fieldset className={depth === 1 ? "list list-outermost" : "list"}>
      <legend className="list-name">{name}</legend>
      <div className="labelled">
        <label className="usa-label" htmlFor={`${list.id}-kind`}>
          How to combine them
        </label>
        {number === "" && <Help term="Condition" />}
      </div>
      <select
        id={`${list.id}-kind`}
        className="usa-select"
        value={list.kind}
        onChange={(event) => {
          const kind = listKinds.find((it) => it === event.target.value);
          if (kind !== undefined) change({ ...list, kind });
        }}
      >
        {listKinds.map((kind) => (
          <option key={kind} value={kind}>
            {kindWords[kind]}
          </option>
        ))}
      </select>
      <ol className="members">
        {list.members.map((member, n) => (
          <li key={member.id}>
            {isList(member) ? (
              <ListEditor
                list={member}
                number={numbered(n)}
                depth={depth + 1}
                errors={errors}
                library={library}
                change={(after) => replace(n, after)}
                remove={() => drop(n)}
              />
            ) : (
              <LeafEditor
                leaf={member}
                number={numbered(n)}
                library={library}
                error={errors.find(({ id }) => id.startsWith(`${member.id}-`))?.message}
                change={(after) => replace(n, after)}
                remove={() => drop(n)}
              />
            )}
          </li>
        ))}
      </ol>
      <div className="actions">
        <button
          type="button"
          id={`${list.id}-add`}
          className="usa-button usa-button--outline"
          onClick={() => {
            const leaf = newLeaf();
            put([...list.members, leaf]);
            requestAnimationFrame(() => document.getElementById(`${leaf.id}-field`)?.focus());
          }}
        >
          Add a condition{number !== "" && ` to group ${number}`}
        </button>
        {depth < deepestNesting && (
          <button
            type="button"
            className="usa-button usa-button--outline"
            onClick={() => {
              const group = newList("any");
              put([...list.members, group]);
              requestAnimationFrame(() => document.getElementById(`${group.id}-kind`)?.focus());
            }}
          >
            Add a group{number !== "" && ` to group ${number}`}
          </button>
        )}
        {remove !== undefined && (
          <button id={`${list.id}-remove`} type="button" className="usa-button usa-button--unstyled" onClick={remove}>
            Remove group {number}
          </button>
        )}
      </div>
    </fieldset>
  );
}
