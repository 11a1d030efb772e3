import { z } from "zod";
import { fetchJson } from "../api/transport.ts";

const configurationSchema = z.object({ issuer: z.url(), clientId: z.string().min(1) });
type Configuration = z.infer<typeof configurationSchema>;

/** Where to sign in. Served beside the console, so that one build fits every stage. */
export async function loadConfiguration(): Promise<Configuration> {
  return configurationSchema.parse(await fetchJson(new URL("/config.json", location.origin)));
}
