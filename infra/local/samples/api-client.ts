import { z } from "zod";

const tokenSchema = z.object({ access_token: z.string() });

/** A token for one of the sample clients. */
export async function signIn(origin: string, clientId: string): Promise<string> {
  const response = await fetch(`${origin}/oidc/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: "local" }),
  });
  return tokenSchema.parse(await answer(response)).access_token;
}

/** Calls the API with a JSON body. @throws where it answers with a problem */
export async function call(
  origin: string,
  token: string,
  method: string,
  path: string,
  body?: string,
  more: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body !== undefined && { "content-type": "application/json" }),
    ...more,
  };
  return await answer(await fetch(`${origin}${path}`, { method, headers, ...(body !== undefined && { body }) }));
}

async function answer(response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
  return await response.json();
}
