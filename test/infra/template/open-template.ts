import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { openCloud } from "#infra/local/cloud";
import { synthesise } from "#infra/local/synthesise";
import { readTemplate } from "#infra/local/template";

export const statementSchema = z.looseObject({
  Action: z.union([z.string().transform((one) => [one]), z.array(z.string())]),
  Effect: z.string(),
  Resource: z.union([z.array(z.unknown()), z.unknown().transform((one) => [one])]),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
/** Stands in a pattern for the library that a session is tagged with. */
export const sessionsLibrary = /\$\{aws:PrincipalTag\/library\}/;

const documentSchema = z.looseObject({ Statement: z.array(statementSchema) });

/** The template itself, with what one machine does not look at. */
const wholeSchema = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      DeletionPolicy: z.string().default("Delete"),
      UpdateReplacePolicy: z.string().default("Delete"),
      Properties: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
  Outputs: z.record(z.string(), z.unknown()),
});

/** The template of a stage for tests, as one machine runs it, and what tests of all its areas ask of it. */
export async function openTemplate() {
  const assembly = await synthesise();
  const template = await readTemplate(assembly);
  const cloud = openCloud(template, {
    origin: "http://localhost:4000",
    queueUrl: (name) => `http://127.0.0.1:9/${name}`,
  });
  const allOf = (type: string) => [...template.resources.values()].filter((resource) => resource.type === type);

  /** Every statement of a role's policies, with the construct it belongs to. */
  function policies() {
    const inline = allOf("AWS::IAM::Role").flatMap(({ path, properties }) =>
      z
        .array(z.looseObject({ PolicyDocument: documentSchema }))
        .default([])
        .parse(properties.Policies)
        .flatMap(({ PolicyDocument }) =>
          PolicyDocument.Statement.map((statement) => ({ path: path.join("/"), statement })),
        ),
    );
    // What does not fit into a role's own policy the CDK puts into a managed one.
    const attached = [...allOf("AWS::IAM::Policy"), ...allOf("AWS::IAM::ManagedPolicy")].flatMap(
      ({ path, properties }) =>
        documentSchema
          .parse(properties.PolicyDocument)
          .Statement.map((statement) => ({ path: path.join("/"), statement })),
    );
    return [...inline, ...attached];
  }

  /** Every statement that gives a role of ours a right. */
  const statements = () => policies().filter(({ statement }) => statement.Effect === "Allow");

  const document = wholeSchema.parse(
    JSON.parse(await readFile(join(assembly, "BatchUpdates-test.template.json"), "utf8")),
  );
  return { assembly, template, document, cloud, allOf, policies, statements };
}
export type OpenTemplate = Awaited<ReturnType<typeof openTemplate>>;
