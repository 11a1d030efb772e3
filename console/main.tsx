import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { isPassing } from "./api/problem.ts";
import { App } from "./app.tsx";
import { SignInPage } from "./page/sign-in-page.tsx";
import { type Opening, openSession } from "./session/session.ts";

const mostTries = 3;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // The browser's own idea of being online is often wrong; the service decides.
      networkMode: "always",
      staleTime: 5_000,
      retry: (failures, error) => isPassing(error) && (error.name === "Unreachable" || failures < mostTries),
      retryDelay: (failures) => Math.min(500 * 2 ** failures, 5_000),
    },
    mutations: { networkMode: "always" },
  },
});

const place = document.getElementById("console");
if (place === null) throw new Error("The page has no place for the console");
const root = createRoot(place);

const opening = await openSession().catch(
  (error: Error): Opening => ({
    kind: "signed-out",
    returnTo: location.pathname + location.search,
    reason: error.message,
  }),
);
root.render(
  <StrictMode>
    {opening.kind === "signed-out" ? (
      <SignInPage returnTo={opening.returnTo} reason={opening.reason} wasIdle={opening.wasIdle === true} />
    ) : (
      <QueryClientProvider client={client}>
        <App />
      </QueryClientProvider>
    )}
  </StrictMode>,
);
