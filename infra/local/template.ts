import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const resourceSchema = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Condition: z.string().optional(),
  Metadata: z
    .looseObject({ "aws:cdk:path": z.string().optional(), "aws:asset:path": z.string().optional() })
    .optional(),
});

const templateSchema = z.looseObject({
  Resources: z.record(z.string(), resourceSchema),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Parameters: z.record(z.string(), z.looseObject({ Default: z.unknown().optional() })).default({}),
});

const assetsSchema = z.looseObject({
  files: z.record(
    z.string(),
    z.looseObject({
      source: z.looseObject({ path: z.string() }),
      destinations: z.record(z.string(), z.looseObject({ objectKey: z.string() })),
    }),
  ),
});

export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  /** As in the template: intrinsic functions are not resolved. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly condition: string | undefined;
  /** The constructs that the resource lies in, outermost first, without the stack. */
  readonly path: readonly string[];
}

export interface Template {
  readonly resources: ReadonlyMap<string, Resource>;
  readonly conditions: Readonly<Record<string, unknown>>;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Folder or file of an asset by the key under which it would be uploaded. */
  readonly assets: ReadonlyMap<string, string>;
}

/** Reads the one template of an assembly and the list of its assets. */
export async function readTemplate(assembly: string): Promise<Template> {
  const names = await readdir(assembly);
  const [name, ...others] = names.filter((file) => file.endsWith(".template.json"));
  if (name === undefined || others.length > 0) throw new Error(`${assembly} does not hold exactly one template.`);
  const read = async (file: string): Promise<unknown> => JSON.parse(await readFile(join(assembly, file), "utf8"));
  const { files } = assetsSchema.parse(await read(name.replace(".template.json", ".assets.json")));
  const assets = Object.values(files).flatMap(({ source, destinations }) =>
    Object.values(destinations).map(({ objectKey }): [string, string] => [objectKey, join(assembly, source.path)]),
  );
  return parseTemplate(await read(name), new Map(assets));
}

export function parseTemplate(source: unknown, assets: ReadonlyMap<string, string> = new Map()): Template {
  const { Resources, Conditions, Parameters } = templateSchema.parse(source);
  const resources = Object.entries(Resources).map(([logicalId, { Type, Properties, Condition, Metadata }]) => {
    const path = (Metadata?.["aws:cdk:path"] ?? logicalId).split("/").slice(1);
    return { logicalId, type: Type, properties: Properties, condition: Condition, path };
  });
  return {
    resources: new Map(resources.map((resource) => [resource.logicalId, resource])),
    conditions: Conditions,
    parameters: Object.fromEntries(Object.entries(Parameters).map(([name, { Default }]) => [name, Default])),
    assets,
  };
}
