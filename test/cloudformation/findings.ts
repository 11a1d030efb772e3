import { loadAwsServiceSpecSync } from "@aws-cdk/aws-service-spec";
import aslValidator from "asl-validator";
import type { Cloud } from "#infra/local/cloud";
import type { Template } from "#infra/local/template";

const spec = loadAwsServiceSpecSync();
type Described = ReturnType<typeof spec.get<"typeDefinition">>["properties"];
type Kind = Described[string]["type"];

/**
 * What AWS's own description of resource types says against a template: types, properties and attributes that there are
 * not, properties that lack, values of another kind. What only a deployment knows, such as a reference, is not judged.
 */
export function templateFindings({ resources }: Pick<Template, "resources">): string[] {
  const found: string[] = [];
  for (const { logicalId, type, properties } of resources.values()) {
    if (type.startsWith("Custom::") || type === "AWS::CDK::Metadata") continue;
    const [described] = spec.lookup("resource", "cloudFormationType", "equals", type);
    if (described === undefined) found.push(`${logicalId}: there is no resource type ${type}`);
    else found.push(...objectFindings(properties, described.properties, logicalId));
    found.push(...attributeFindings(properties, resources, logicalId));
  }
  return found;
}

function objectFindings(value: object, described: Described, at: string): string[] {
  const given = Object.entries(value);
  const lacking = Object.entries(described)
    .filter(([name, { required }]) => required === true && !Object.hasOwn(value, name))
    .map(([name]) => `${at}: ${name} lacks`);
  const wrong = given.flatMap(([name, inner]) => {
    const property = described[name];
    if (property === undefined) return [`${at}: there is no property ${name}`];
    return kindFindings(inner, property.type, `${at}.${name}`);
  });
  return [...lacking, ...wrong];
}

function kindFindings(value: unknown, kind: Kind, at: string): string[] {
  if (isIntrinsic(value)) return [];
  switch (kind.type) {
    case "array":
      if (!Array.isArray(value)) return [`${at}: must be a list`];
      return value.flatMap((item, place) => kindFindings(item, kind.element, `${at}[${place}]`));
    case "map":
      if (!isObject(value)) return [`${at}: must be an object`];
      return Object.entries(value).flatMap(([name, item]) => kindFindings(item, kind.element, `${at}.${name}`));
    case "ref":
      if (!isObject(value)) return [`${at}: must be an object`];
      return objectFindings(value, spec.get("typeDefinition", kind.reference.$ref).properties, at);
    case "union": {
      const each = kind.types.map((one) => kindFindings(value, one, at));
      return each.some((findings) => findings.length === 0) ? [] : (each[0] ?? []);
    }
    case "number":
    case "integer":
      return Number.isFinite(Number(value)) ? [] : [`${at}: must be a number`];
    case "boolean":
      return ["true", "false"].includes(String(value)) ? [] : [`${at}: must be true or false`];
    case "string":
      return typeof value === "object" ? [`${at}: must be a text`] : [];
    default:
      return [];
  }
}

function attributeFindings(value: unknown, resources: Template["resources"], at: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => attributeFindings(item, resources, at));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    if (name === "Ref" && typeof inner === "string" && !inner.startsWith("AWS::") && !resources.has(inner)) {
      return [`${at}: refers to ${inner}, which there is not`];
    }
    if (name !== "Fn::GetAtt" || !Array.isArray(inner)) return attributeFindings(inner, resources, at);
    const [logicalId, attribute] = inner.map(String);
    const type = resources.get(logicalId ?? "")?.type ?? "";
    if (type.startsWith("Custom::")) return [];
    const [described] = spec.lookup("resource", "cloudFormationType", "equals", type);
    if (Object.hasOwn(described?.attributes ?? {}, attribute ?? "")) return [];
    return [`${at}: asks for ${attribute} of ${logicalId}, which there is not`];
  });
}

/** What a validator of the Amazon States Language that knows nothing of ours says against the state machines. */
export function stateMachineFindings(cloud: Cloud): string[] {
  return cloud.ofType("AWS::StepFunctions::StateMachine").flatMap(({ logicalId, properties }) => {
    const { errors } = aslValidator(JSON.parse(String(properties["DefinitionString"])));
    return errors.map((error) => `${logicalId}: ${error.Message}`);
  });
}

function isIntrinsic(value: unknown): boolean {
  if (!isObject(value)) return false;
  const [name = "", ...others] = Object.keys(value);
  return others.length === 0 && /^(Ref|Fn::\w+)$/.test(name);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
