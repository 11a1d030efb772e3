import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { type Changes, changesSchema } from "#domain/plan/update-spec";
import { call, path } from "./call.ts";
import { pageOf } from "./list.ts";

const presetSchema = z.object({ presetId: z.string(), name: z.string(), changes: changesSchema, version: z.int() });
export type Preset = z.output<typeof presetSchema>;

export const presetsQuery = () =>
  queryOptions({
    queryKey: ["presets"],
    queryFn: ({ signal }) => call("GET", "/presets", { answer: pageOf(presetSchema), query: { limit: 200 }, signal }),
  });

export function createPreset(body: { name: string; changes: Changes }, onceKey: string) {
  return call("POST", "/presets", { answer: presetSchema, body, onceKey });
}

export function deletePreset({ presetId, version }: Preset) {
  return call("DELETE", path`/presets/${presetId}`, { answer: z.unknown(), ifMatch: `"${version}"` });
}
