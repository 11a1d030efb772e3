import { deepestNesting, listKinds, mostConditions } from "#domain/query/criteria";
import { type QueryFieldType, queryFields } from "#domain/query/fields";
import { arityOf, mostValues, type Operator, operatorLabels, operatorsOf } from "#domain/query/operators";

type JsonSchema = Readonly<Record<string, unknown>>;

/** One value, by the type of the field. */
const operandSchemas: Readonly<Record<QueryFieldType, JsonSchema>> = {
  text: { type: "string", minLength: 1, maxLength: 200 },
  number: { type: "number" },
  day: { type: "string", format: "date" },
  checkBox: {
    anyOf: [
      { type: "boolean" },
      { type: "string", pattern: "^(?:[Yy][Ee][Ss]|[Nn][Oo]|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$" },
    ],
  },
};
const operands: Readonly<Record<QueryFieldType, string>> = {
  text: "texts",
  number: "numbers",
  day: "days",
  checkBox: "YES, NO, TRUE, FALSE, true or false",
};

/**
 * The grammar of criteria as JSON schemas, made from the tables that read them. A condition has one form for each type of
 * field and number of values that its operators take.
 */
export function criteriaSchemas(): Readonly<Record<string, JsonSchema>> {
  return {
    Criteria: {
      description: `Exactly one of all, any and none: a list of conditions and of further such lists, nested up to ${deepestNesting} deep, with at most ${mostConditions} conditions in all.`,
      oneOf: listKinds.map((kind) => ({
        type: "object",
        properties: {
          [kind]: {
            type: "array",
            minItems: 1,
            items: { anyOf: [ref("Criteria"), ref("Condition")] },
          },
        },
        required: [kind],
        additionalProperties: false,
      })),
      example: { all: [{ field: "Media.serveCode", operator: "begins", value: "O" }] },
    },
    Condition: {
      description: [
        "One field compared with a value. A condition about media holds where one medium record of the patron fulfils it.",
        ...types().map((type) => `Fields that hold ${operands[type]}: ${fieldsOf(type).join(", ")}.`),
      ].join(" "),
      oneOf: types().flatMap(conditions),
    },
  };
}

function conditions(type: QueryFieldType): JsonSchema[] {
  const one = operandSchemas[type];
  const values: Readonly<Record<ReturnType<typeof arityOf>, JsonSchema | undefined>> = {
    none: undefined,
    one,
    list: { type: "array", items: one, minItems: 1, maxItems: mostValues },
    pair: { type: "array", items: one, minItems: 2, maxItems: 2, description: "[low, high], both included" },
  };
  return (["one", "list", "pair", "none"] as const).flatMap((arity) => {
    const operators = operatorsOf[type].filter((operator) => arityOf(operator) === arity);
    if (operators.length === 0) return [];
    const value = values[arity];
    return [
      {
        type: "object",
        properties: {
          field: { type: "string", enum: fieldsOf(type) },
          operator: { type: "string", enum: operators, description: operators.map(inWords).join(", ") },
          ...(value !== undefined && { value }),
        },
        required: ["field", "operator", ...(value === undefined ? [] : ["value"])],
        additionalProperties: false,
      },
    ];
  });
}

function types(): QueryFieldType[] {
  return [...new Set(queryFields.map(({ type }) => type))];
}

function fieldsOf(type: QueryFieldType): string[] {
  return queryFields.filter((field) => field.type === type).map(({ field }) => field);
}

function inWords(operator: Operator): string {
  return `${operator}: ${operatorLabels[operator]}`;
}

function ref(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}
