import type { z } from "zod";
import { type Title, titleSchema } from "#domain/catalogue/title";
import { hasCode, type LibrarySettings } from "../library.ts";
import { sentence } from "../sentence.ts";
import { type LineResult, reasonOf, schemaProblems, withoutNulls } from "./line-problem.ts";

/** One title of an import file, as the contract writes it. */
export type TitleLine = z.input<typeof titleSchema>;

/** Reads one title of an import: unknown fields and media that the library does not have are refused. */
export function readTitleLine(value: unknown, library: LibrarySettings): LineResult<Title> {
  const parsed = titleSchema.safeParse(withoutNulls(value), { error: sentence });
  if (!parsed.success) return { reason: reasonOf(schemaProblems(parsed.error)) };
  const { language, ...title } = parsed.data;
  if (!hasCode(library.media, title.medium)) {
    return { reason: `medium ${title.medium} is not in the library's table` };
  }
  return { record: language === undefined || language === "" ? title : { ...title, language } };
}
