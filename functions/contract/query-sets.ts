import { z } from "zod";
import { keptPatronIdSchema } from "#domain/ids";
import { memberships } from "#domain/query/compare-sets";
import { criteriaSchema } from "#domain/query/criteria";
import { listedIdsSchema } from "#domain/query/listed-ids";
import { querySetCountsSchema, querySetStatuses } from "#domain/query/query-set";
import type { Role } from "#domain/role";
import { idSchema, nameSchema, textSchema } from "#domain/text";
import {
  countSchema,
  givenBatchUpdateIdSchema,
  givenIdSchema,
  instantSchema,
  progressSchema,
  uploadSchema,
} from "./formats.ts";
import { pageOf, pageQuery, pageWith } from "./list.ts";
import { operation } from "./operation.ts";
import { patronSummarySchema, shownMediumSchema } from "./patrons.ts";

/** Who makes query sets, saved queries and batch updates. */
export const writers: readonly Role[] = ["administrator", "staff"];

/** Another name for a thing; its other fields are not changed by anybody. */
export const newNameSchema = z.strictObject({ name: nameSchema }).meta({ id: "NewName" });

export const querySetSchema = z
  .object({
    querySetId: givenIdSchema,
    name: z.string().optional(),
    status: z.enum(querySetStatuses),
    stateReason: z.string().optional(),
    progress: progressSchema,
    searchStatement: z.string(),
    counts: querySetCountsSchema.meta({ id: "QuerySetCounts", description: "matched includes the excluded" }),
    refreshOf: givenIdSchema.optional().meta({ description: "The query set that was asked again by this one" }),
    batchUpdateId: givenBatchUpdateIdSchema.optional().meta({
      description:
        "The batch update that follows by itself; it is there when the set is READY. Absent where nothing follows: see planProblem",
    }),
    planProblem: z.string().optional().meta({ description: "Why nothing followed" }),
    createdBy: z.string(),
    createdAt: instantSchema,
    keptUntil: instantSchema.meta({
      description:
        "Deleted for good afterwards, unless someone uses it before or a batch update of it still has its evidence",
    }),
  })
  .meta({ id: "QuerySet" });
export type QuerySetAnswer = z.infer<typeof querySetSchema>;

const wholeQuerySetSchema = querySetSchema
  .extend({
    criteria: criteriaSchema
      .optional()
      .meta({ description: "What was asked, to be asked again or changed; missing where it was made by ids alone" }),
  })
  .meta({ id: "WholeQuerySet" });

const newQuerySetSchema = z
  .strictObject({
    name: nameSchema.optional(),
    criteria: criteriaSchema.optional(),
    patronIds: listedIdsSchema.optional(),
    upload: z.literal(true).optional(),
  })
  .refine((body) => body.upload === undefined || (body.criteria === undefined && body.patronIds === undefined), {
    path: ["upload"],
    message: "cannot stand beside criteria or patronIds",
  })
  .refine((body) => body.upload === true || body.criteria !== undefined || body.patronIds !== undefined, {
    path: ["criteria"],
    message: "give criteria, patronIds, both, or upload",
  })
  .meta({
    id: "NewQuerySet",
    description: "By criteria, by ids, or by both together: their union. Or by an upload of ids, which stands alone.",
    anyOf: [{ required: ["criteria"] }, { required: ["patronIds"] }, { required: ["upload"] }],
  });

export type NewQuerySet = z.input<typeof newQuerySetSchema>;

const createdQuerySetSchema = querySetSchema
  .pick({ querySetId: true, status: true, searchStatement: true })
  .extend({ upload: uploadSchema.optional() })
  .meta({ id: "CreatedQuerySet" });

/** A patron as found when the set was built; of one who was erased since, the id alone. */
const foundPatronSchema = patronSummarySchema.partial({ lastName: true, mainStatus: true });

const memberSchema = foundPatronSchema
  .extend({ media: z.record(idSchema, shownMediumSchema), excluded: z.boolean() })
  .meta({
    id: "Member",
    description: "As found when the set was built; of a patron who was erased since, the id alone",
  });
export type MemberAnswer = z.infer<typeof memberSchema>;

const comparedSchema = foundPatronSchema
  .extend({ in: z.enum(memberships) })
  .meta({ id: "ComparedMember", description: "As found when the set was built that has the patron" });

const comparisonSchema = pageWith("ComparisonPage", comparedSchema, {
  counts: z.object({ joined: countSchema, left: countSchema, both: countSchema }),
});

const sharesSchema = z.array(
  z
    .object({ code: z.string().optional(), patrons: countSchema })
    .meta({ id: "Share", description: "Without a code: those with none" }),
);
export type Shares = z.infer<typeof sharesSchema>;

const summarySchema = z
  .object({
    byBranch: sharesSchema,
    byMainStatus: sharesSchema,
    byMedium: sharesSchema,
    byServeCode: sharesSchema,
  })
  .meta({ id: "QuerySetSummary" });

const exclusionsSchema = z.strictObject({ patronIds: listedIdsSchema }).meta({ id: "QuerySetExclusions" });

const path = "/v1/query-sets/:querySetId";

export const querySets = {
  create: operation({
    name: "createQuerySet",
    method: "POST",
    path: "/v1/query-sets",
    summary: "Make a query set by criteria, by ids, by both, or by an upload of ids",
    description: "At most 100,000 ids and 4 MB in a request; a longer list comes by upload.",
    roles: writers,
    body: newQuerySetSchema,
    answers: { 201: createdQuerySetSchema },
  }),
  start: operation({
    name: "startQuerySet",
    method: "POST",
    path: `${path}/start`,
    summary: "Build the query set from the file that was uploaded",
    roles: writers,
    answers: { 202: querySetSchema },
    problems: ["CONFLICT", "TOO_LARGE"],
  }),
  list: operation({
    name: "listQuerySets",
    method: "GET",
    path: "/v1/query-sets",
    summary: "Query sets, newest first",
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf("QuerySetPage", querySetSchema) },
  }),
  get: operation({
    name: "getQuerySet",
    method: "GET",
    path,
    summary: "One query set with its counts and, once it is built, its criteria",
    answers: { 200: wholeQuerySetSchema },
  }),
  rename: operation({
    name: "renameQuerySet",
    method: "PATCH",
    path,
    summary: "Gives a query set another name",
    roles: writers,
    body: newNameSchema,
    answers: { 200: querySetSchema },
  }),
  refresh: operation({
    name: "refreshQuerySet",
    method: "POST",
    path: `${path}/refresh`,
    summary: "Asks the same again: a new set by the same criteria or ids, read anew",
    description: "No one is excluded from the new set. While this one is AWAITING_UPLOAD or BUILDING: 409.",
    roles: writers,
    answers: { 201: querySetSchema },
    problems: ["CONFLICT"],
  }),
  compare: operation({
    name: "compareQuerySets",
    method: "GET",
    path: `${path}/compare/:otherId`,
    summary: "Who joined and who left between two query sets, and who is in both",
    description:
      "The set that was made later is held against the earlier one, in whichever order they are named: JOINED are in the later one alone, LEFT in the earlier one alone. Excluded members count as members. Those of the later set come first, in its order.",
    query: z.strictObject({ ...pageQuery, in: z.enum(memberships).optional() }),
    answers: { 200: comparisonSchema },
    problems: ["CONFLICT"],
  }),
  members: operation({
    name: "listMembers",
    method: "GET",
    path: `${path}/patrons`,
    summary: "Members in the order of the set, excluded ones among them",
    query: z.strictObject({
      ...pageQuery,
      q: textSchema.optional(),
      medium: idSchema.optional(),
      excluded: z.enum(["true", "false"]).optional(),
    }),
    answers: { 200: pageOf("MemberPage", memberSchema) },
    problems: ["CONFLICT"],
  }),
  summary: operation({
    name: "summarizeQuerySet",
    method: "GET",
    path: `${path}/summary`,
    summary: "Members that are not excluded, counted by branch, main status, medium and serve code",
    answers: { 200: summarySchema },
    problems: ["CONFLICT"],
  }),
  notFound: operation({
    name: "listNotFound",
    method: "GET",
    path: `${path}/not-found`,
    summary: "Listed ids that no patron of the library has",
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf("NotFoundPage", z.object({ patronId: keptPatronIdSchema }).meta({ id: "UnknownPatron" })) },
    problems: ["CONFLICT"],
  }),
  exclude: operation({
    name: "excludeMembers",
    method: "POST",
    path: `${path}/exclusions`,
    summary: "Take members out of batch updates of this set",
    description: "An id that is not in the set: 422, and no one is excluded.",
    roles: writers,
    body: exclusionsSchema,
    answers: { 200: querySetSchema },
    problems: ["CONFLICT"],
  }),
  include: operation({
    name: "includeMembers",
    method: "POST",
    path: `${path}/exclusions/remove`,
    summary: "Bring excluded members back",
    roles: writers,
    body: exclusionsSchema,
    answers: { 200: querySetSchema },
    problems: ["CONFLICT"],
  }),
};
