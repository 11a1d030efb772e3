import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { libraryQuery, meQuery } from "../api/library.ts";
import { Loaded } from "../controls/loading.tsx";
import { Notice } from "../controls/notice.tsx";
import { PageHeading } from "../page/page-heading.tsx";
import { views } from "../views.ts";
import { SettingsForm } from "./settings-form.tsx";
import { SettingsView } from "./settings-view.tsx";

/** The library's tables, days and limits. Everyone reads them, an administrator changes them. */
export function LibraryPage() {
  const library = useQuery(libraryQuery());
  const roles = useQuery(meQuery()).data?.roles ?? [];
  const isAdministrator = roles.includes("administrator");
  const maySeeErasures = isAdministrator || roles.includes("support");
  const [mode, setMode] = useState<"view" | "edit" | "saved">("view");
  return (
    <>
      <PageHeading
        view={mode === "edit" ? "edit" : "view"}
        intro="The codes, days, and limits that batch updates follow."
      >
        {mode === "edit" ? "Change library settings" : "Library settings"}
      </PageHeading>
      {mode === "saved" && <Notice kind="success">The settings are saved and apply from now on.</Notice>}
      <Loaded from={library}>
        {(settings) =>
          mode === "edit" ? (
            <SettingsForm library={settings} onSaved={() => setMode("saved")} onLeft={() => setMode("view")} />
          ) : (
            <>
              {isAdministrator && (
                <div className="actions">
                  <button type="button" className="usa-button" onClick={() => setMode("edit")}>
                    Change the settings
                  </button>
                </div>
              )}
              <SettingsView library={settings} />
              {maySeeErasures && (
                <p>
                  <Link href={views.erasures}>Patrons who were erased</Link>
                </p>
              )}
            </>
          )
        }
      </Loaded>
    </>
  );
}
