import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ClientWithSecretAnswer } from "#contract/clients";
import { clientsQuery } from "../api/clients.ts";
import { Loaded } from "../controls/loading.tsx";
import { Pager } from "../controls/pager.tsx";
import { ShownOnce } from "../controls/shown-once.tsx";
import { Told } from "../controls/told.tsx";
import { useList } from "../controls/use-list.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { ClientsTable } from "./clients-table.tsx";
import { NewClientForm } from "./new-client-form.tsx";

/** The library's own systems that call the API. */
export function ClientsPage() {
  const list = useList("clients", []);
  const clients = useQuery({ ...clientsQuery(list.request), placeholderData: keepPreviousData });
  const client = useQueryClient();
  const [told, setTold] = useState({ turn: 0, sentence: "" });
  const [secret, setSecret] = useState<ClientWithSecretAnswer>();
  const refresh = () => client.invalidateQueries({ queryKey: ["clients"] });
  const show = async (made: ClientWithSecretAnswer) => {
    setSecret(made);
    await refresh();
  };
  const hush = () => setTold({ turn: 0, sentence: "" });
  const tell = async (sentence: string) => {
    setTold(({ turn }) => ({ turn: turn + 1, sentence }));
    await refresh();
  };
  return (
    <>
      <PageHeading intro="Your library’s own systems that call the API, such as a catalog or a nightly script.">
        Clients
      </PageHeading>
      <Told turn={told.turn}>{told.sentence}</Told>
      {secret !== undefined && (
        <ShownOnce
          key={secret.clientSecret}
          title={`Secret for ${secret.name}`}
          intro="Store it where the system keeps its secrets. It is shown only now; if it is lost, give the client a new one."
          values={[
            ["Client ID", secret.clientId],
            ["Client secret", secret.clientSecret],
          ]}
          dismiss="I have stored it"
          onDismiss={() => setSecret(undefined)}
        />
      )}
      <div className="beside">
        <div>
          <Loaded from={clients}>
            {({ items, nextCursor }) => (
              <>
                <ClientsTable
                  clients={items}
                  isStale={clients.isPlaceholderData}
                  onBegun={hush}
                  onDone={tell}
                  onSecret={show}
                />
                <Pager
                  of="clients"
                  list={list}
                  shown={items.length}
                  nextCursor={nextCursor}
                  isStale={clients.isPlaceholderData}
                />
              </>
            )}
          </Loaded>
        </div>
        <NewClientForm onMade={show} />
      </div>
    </>
  );
}
