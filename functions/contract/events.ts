import { z } from "zod";
import { eventStatusSchema, eventTypes } from "#domain/event";
import { instantSchema } from "./formats.ts";
import { pageOf, pageQuery } from "./list.ts";
import { operation } from "./operation.ts";

const eventIdSchema = z.string().regex(/^\d{12}$/, "is not the id of an event");

const eventSchema = z
  .object({
    eventId: eventIdSchema.meta({ description: "Sorts in the order in which the changes came true" }),
    at: instantSchema,
    type: z.enum(eventTypes),
    subject: z.string().meta({ description: "Such as batch-updates/01k8zq00000000000000batch1" }),
    status: eventStatusSchema,
  })
  .meta({ id: "Event" });

export const events = {
  list: operation({
    name: "listEvents",
    method: "GET",
    path: "/v1/events",
    summary: "Every change of state after an event, the oldest first",
    description:
      "Of query sets, batch updates, imports, exports and service queues; ids alone, kept for 30 days. Remember the eventId of the last one and ask for what came after it: none is missed and none comes twice.",
    query: z.strictObject({ ...pageQuery, after: eventIdSchema.optional() }),
    answers: { 200: pageOf("EventPage", eventSchema) },
  }),
};
