import { z } from "zod";
import type { Role } from "#domain/role";
import { instantSchema, versionSchema } from "./formats.ts";
import { pageOf, pageQuery } from "./list.ts";
import { noBody, operation } from "./operation.ts";

/** What is told of everything that a library keeps under a name, beside its id and what it holds. */
export const keptByNameShape = {
  name: z.string(),
  createdBy: z.string(),
  createdAt: instantSchema,
  changedAt: instantSchema.optional(),
  version: versionSchema,
};

interface Noun<Path extends string, Id extends string, Body extends z.ZodType, Kept extends z.ZodType> {
  /** Such as `Preset`, in names of operations and schemas. */
  readonly name: string;
  /** Such as `Saved queries`, for people. */
  readonly plural: string;
  /** Such as `preset`, in sentences. */
  readonly word: string;
  /** What is kept, such as `changes`. */
  readonly keeps: string;
  /** What was made from one and does not change with it. */
  readonly made: string;
  readonly path: Path;
  /** The id's name in path and answers. */
  readonly id: Id;
  readonly writers: readonly Role[];
  readonly body: Body;
  readonly kept: Kept;
}

/** The operations of what a library keeps under a name, so that each such noun is asked for and changed in one way. */
export function keptByNameOperations<
  const Path extends string,
  const Id extends string,
  Body extends z.ZodType,
  Kept extends z.ZodType,
>({ name, plural, word, keeps, made, path, id, writers: roles, body, kept }: Noun<Path, Id, Body, Kept>) {
  const one = `${path}/:${id}` as const;
  const stay = `${made} made from it stay as they are`;
  return {
    list: operation({
      name: `list${plural.replace(/ (.)/g, (_, letter: string) => letter.toUpperCase())}`,
      method: "GET",
      path,
      summary: `${plural}, newest first`,
      query: z.strictObject(pageQuery),
      answers: { 200: pageOf(`${name}Page`, kept) },
    }),
    create: operation({
      name: `create${name}`,
      method: "POST",
      path,
      summary: `Keep ${keeps} under a name`,
      roles,
      body,
      etag: true,
      answers: { 201: kept },
      problems: ["CONFLICT"],
    }),
    get: operation({
      name: `get${name}`,
      method: "GET",
      path: one,
      summary: `One ${word}`,
      etag: true,
      answers: { 200: kept },
    }),
    replace: operation({
      name: `replace${name}`,
      method: "PUT",
      path: one,
      summary: `Replace a ${word}; ${stay}`,
      roles,
      body,
      etag: true,
      ifMatch: true,
      answers: { 200: kept },
      problems: ["CONFLICT"],
    }),
    delete: operation({
      name: `delete${name}`,
      method: "DELETE",
      path: one,
      summary: `Forget a ${word}; ${stay}`,
      roles,
      ifMatch: true,
      answers: { 204: noBody },
      problems: ["CONFLICT"],
    }),
  };
}
