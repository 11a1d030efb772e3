import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { InvitedPersonAnswer } from "#contract/people";
import { peopleQuery } from "../api/people.ts";
import { Loaded } from "../controls/loading.tsx";
import { Pager } from "../controls/pager.tsx";
import { ShownOnce } from "../controls/shown-once.tsx";
import { Told } from "../controls/told.tsx";
import { useList } from "../controls/use-list.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { InviteForm } from "./invite-form.tsx";
import { PeopleTable } from "./people-table.tsx";

/** Who signs in for the library, and with which role. */
export function PeoplePage() {
  const list = useList("people", []);
  const people = useQuery({ ...peopleQuery(list.request), placeholderData: keepPreviousData });
  const client = useQueryClient();
  const [told, setTold] = useState({ turn: 0, sentence: "" });
  const [invitation, setInvitation] = useState<InvitedPersonAnswer>();
  const refresh = () => client.invalidateQueries({ queryKey: ["people"] });
  const hush = () => setTold({ turn: 0, sentence: "" });
  const tell = async (sentence: string) => {
    setTold(({ turn }) => ({ turn: turn + 1, sentence }));
    await refresh();
  };
  const invited = async (person: InvitedPersonAnswer) => {
    setInvitation(person.invitation === undefined ? undefined : person);
    await tell(`${person.name} was invited${person.invitation === undefined ? `, by email to ${person.email}` : ""}.`);
  };
  return (
    <>
      <PageHeading intro="Who can sign in for your library, and what they can do. Changes take effect within a minute.">
        People
      </PageHeading>
      <Told turn={told.turn}>{told.sentence}</Told>
      {invitation?.invitation !== undefined && (
        <ShownOnce
          title={`Invitation for ${invitation.name}`}
          intro="No email is sent from this machine. Give this link to the person: it works once, and is shown only now."
          values={[["Invitation", invitation.invitation]]}
          dismiss="I have passed it on"
          onDismiss={() => setInvitation(undefined)}
        />
      )}
      <div className="beside">
        <div>
          <Loaded from={people}>
            {({ items, nextCursor }) => (
              <>
                <PeopleTable
                  people={items}
                  isStale={people.isPlaceholderData}
                  onBegun={hush}
                  onDone={tell}
                  onInvited={invited}
                />
                <Pager
                  of="people"
                  list={list}
                  shown={items.length}
                  nextCursor={nextCursor}
                  isStale={people.isPlaceholderData}
                />
              </>
            )}
          </Loaded>
        </div>
        <InviteForm onInvited={invited} />
      </div>
    </>
  );
}
