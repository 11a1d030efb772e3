import { queryOptions } from "@tanstack/react-query";
import { type NamedChanges, type PresetAnswer, presets } from "#contract/presets";
import { call } from "./call.ts";

export const presetsQuery = () =>
  queryOptions({
    queryKey: ["presets"],
    queryFn: ({ signal }) => call(presets.list, { query: { limit: 200 }, signal }),
  });

export function createPreset(body: NamedChanges, onceKey: string) {
  return call(presets.create, { body, onceKey });
}

export function replacePreset({ presetId, version }: PresetAnswer, body: NamedChanges) {
  return call(presets.replace, { params: { presetId }, body, ifMatch: `"${version}"` });
}

export function deletePreset({ presetId, version }: PresetAnswer) {
  return call(presets.delete, { params: { presetId }, ifMatch: `"${version}"` });
}
