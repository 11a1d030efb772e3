import { z } from "zod";
import { librarySchema, librarySettingsSchema } from "#domain/library";
import { idSchema } from "#domain/text";
import { operation } from "./operation.ts";

/** The library's settings under its id. Not strict, so that a setting that is new does not stop a client. */
export const libraryAnswerSchema = z.object(librarySchema.shape).meta({ id: "Library" });
export type LibraryAnswer = z.infer<typeof libraryAnswerSchema>;

/** The whole settings; the id may stand among them, as it does in the answer, but cannot be changed. */
const replacementSchema = librarySettingsSchema
  .extend({ library: idSchema.optional() })
  .meta({ id: "LibrarySettings" });

export type NewLibrarySettings = z.input<typeof replacementSchema>;

const settings: z.input<typeof librarySettingsSchema> = {
  name: "Piedmont Talking Book Library",
  timeZone: "America/New_York",
  media: [{ code: "DB", name: "Digital Book" }],
  mediumStatuses: [
    { code: "ACTIVE", name: "Active" },
    { code: "INACTIVE", name: "Inactive" },
  ],
  mainStatuses: [
    { code: "ACTIVE", name: "Active", closed: false },
    { code: "WITHDRAWN", name: "Withdrawn", closed: true },
  ],
  serveCodes: [{ code: "WA", name: "Weekly, autoselect", schedule: "WEEKLY", method: "AUTOSELECT" }],
  branches: [{ code: "MAIN", name: "Main" }],
  serviceDays: ["MON", "TUE", "WED", "THU", "FRI"],
  closedDays: ["2026-12-25"],
  queueFunctions: [{ function: "RESERVE" }, { function: "SUBJECT", limit: 5 }],
  defaultServiceQueueSize: 20,
  largeBatchThreshold: 5000,
  failureThresholdPercent: 50,
  retentionDays: 90,
};

export const library = {
  get: operation({
    name: "getLibrary",
    method: "GET",
    path: "/v1/library",
    summary: "The library's settings and tables of codes",
    etag: true,
    answers: { 200: libraryAnswerSchema },
    example: { answer: { library: "piedmont", ...settings } },
  }),
  replace: operation({
    name: "replaceLibrary",
    method: "PUT",
    path: "/v1/library",
    summary: "Replace the library's settings whole",
    roles: ["administrator"],
    body: replacementSchema,
    etag: true,
    ifMatch: true,
    answers: { 200: libraryAnswerSchema },
    problems: ["CONFLICT"],
    example: { body: settings, answer: { library: "piedmont", ...settings } },
  }),
};
