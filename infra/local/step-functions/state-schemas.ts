import { z } from "zod";
import { compileRule } from "./choice-rule.ts";
import { compileExpression } from "./intrinsic.ts";
import { parsePath } from "./path.ts";
import { compileTemplate } from "./payload-template.ts";

// Every object here is strict: a field that is not named is refused, because a field that is left out when it should
// have had an effect is the one difference to AWS that nobody would notice.

/** A value that is compiled while it is checked; what the compiler refuses becomes the issue's sentence. */
function compiled<Input, Output>(schema: z.ZodType<Input>, compile: (value: Input) => Output) {
  return schema.transform((value, issues): Output => {
    try {
      return compile(value);
    } catch (error) {
      issues.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) });
      return z.NEVER;
    }
  });
}

const path = compiled(z.string(), parsePath);
const resultPath = compiled(z.string(), (source) => {
  const parsed = parsePath(source);
  if (parsed.root === "context") throw new Error("a result cannot be put into the context object");
  return parsed;
});
const template = compiled(z.unknown(), compileTemplate);
const pathOrIntrinsic = compiled(z.string(), compileExpression);
const seconds = z.int().min(1).max(99_999_999);

const common = {
  Comment: z.string().optional(),
  QueryLanguage: z.literal("JSONPath").optional(),
};
const paths = { InputPath: path.nullable().optional(), OutputPath: path.nullable().optional() };
const transition = { Next: z.string().optional(), End: z.literal(true).optional() };

// Limits of the language: 3 tries by default, back-off 2, the first after 1 second.
const retrier = z.strictObject({
  ErrorEquals: z.array(z.string()).min(1),
  IntervalSeconds: seconds.default(1),
  MaxAttempts: z.int().min(0).max(99_999_999).default(3),
  BackoffRate: z.number().min(1).default(2),
  MaxDelaySeconds: z.int().min(1).max(31_622_400).optional(),
  JitterStrategy: z.enum(["FULL", "NONE"]).default("NONE"),
  Comment: z.string().optional(),
});
const catcher = z.strictObject({
  ErrorEquals: z.array(z.string()).min(1),
  Next: z.string(),
  ResultPath: resultPath.nullable().optional(),
  Comment: z.string().optional(),
});
const mending = { Retry: z.array(retrier).default([]), Catch: z.array(catcher).default([]) };
const result = { ResultPath: resultPath.nullable().optional(), ResultSelector: template.optional() };

const lambdaArn = /^arn:[^:]+:lambda:[^:]+:\d{12}:function:[^:]+(?::[^:]+)?$/u;
export const putItemArn = /^arn:[^:]+:states:::dynamodb:putItem$/u;
const invokeArn = /^arn:[^:]+:states:::lambda:invoke$/u;

const taskFields = {
  Type: z.literal("Task"),
  ...common,
  ...paths,
  ...transition,
  ...mending,
  ...result,
  TimeoutSeconds: seconds.optional(),
};
/** A Task whose Resource is the function itself: its input is the payload, its answer the result. */
export const functionTask = z.strictObject({
  ...taskFields,
  Resource: z.string().regex(lambdaArn),
  Parameters: template.optional(),
});
/** A Task through the Lambda integration: the payload stands in its parameters, the answer under Payload. */
export const invokeTask = z.strictObject({
  ...taskFields,
  Resource: z
    .string()
    .regex(
      invokeArn,
      "only a Lambda function's ARN, arn:aws:states:::lambda:invoke or arn:aws:states:::dynamodb:putItem can run here",
    ),
  Parameters: compiled(
    z
      .strictObject({
        FunctionName: z.string().regex(lambdaArn).optional(),
        "FunctionName.$": z.string().optional(),
        Payload: z.unknown().optional(),
        "Payload.$": z.string().optional(),
      })
      .refine((fields) => fields.FunctionName !== undefined || fields["FunctionName.$"] !== undefined, {
        error: "lambda:invoke needs the parameter FunctionName",
      }),
    compileTemplate,
  ),
});

/** A Task that writes one item of DynamoDB by itself, without a function. */
export const putItemTask = z.strictObject({
  ...taskFields,
  Resource: z.string().regex(putItemArn),
  Parameters: compiled(
    z.strictObject({ TableName: z.string(), Item: z.record(z.string(), z.unknown()) }),
    compileTemplate,
  ),
});

const mapFields = {
  Type: z.literal("Map"),
  ...common,
  ...paths,
  ...transition,
  ...mending,
  ...result,
  ItemProcessor: z.unknown(),
  ItemSelector: template.optional(),
  MaxConcurrency: z.int().min(0).default(0),
};
/** A Map whose iterations run inside the execution. */
export const inlineMap = z.strictObject({ ...mapFields, ItemsPath: path.optional() });

/** A Map that reads its items from S3 and runs each as a child execution. */
export const distributedMap = z.strictObject({
  ...mapFields,
  Label: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,40}$/u, "a label holds at most 40 letters, digits, - and _")
    .optional(),
  ItemReader: z.strictObject({
    Resource: z.string().regex(/^arn:[^:]+:states:::s3:getObject$/u, "items can only be read by s3:getObject here"),
    ReaderConfig: z.strictObject({
      InputType: z.literal("JSONL", { error: "items can only be read as JSONL here" }),
      MaxItems: z.int().min(1).optional(),
    }),
    Parameters: compiled(
      z.strictObject({
        Bucket: z.string().optional(),
        "Bucket.$": z.string().optional(),
        Key: z.string().optional(),
        "Key.$": z.string().optional(),
      }),
      compileTemplate,
    ),
  }),
  ToleratedFailurePercentage: z.number().min(0).max(100).optional(),
  ToleratedFailureCount: z.int().min(0).optional(),
});

/** What a Map runs for each item. Its states are compiled apart, as a graph of their own. */
export const itemProcessor = z.strictObject({
  Comment: z.string().optional(),
  QueryLanguage: common.QueryLanguage,
  ProcessorConfig: z
    .discriminatedUnion("Mode", [
      z.strictObject({ Mode: z.literal("INLINE") }),
      z.strictObject({
        Mode: z.literal("DISTRIBUTED"),
        ExecutionType: z.literal("EXPRESS", { error: "children can only be EXPRESS executions here" }),
      }),
    ])
    .default({ Mode: "INLINE" }),
  StartAt: z.string(),
  States: z.record(z.string(), z.unknown()),
});

export const parallel = z.strictObject({
  Type: z.literal("Parallel"),
  ...common,
  ...paths,
  ...transition,
  ...mending,
  ...result,
  Parameters: template.optional(),
  Branches: z.array(z.unknown()).min(1),
});
export const branch = z.strictObject({
  Comment: z.string().optional(),
  StartAt: z.string(),
  States: z.record(z.string(), z.unknown()),
});

export const pass = z.strictObject({
  Type: z.literal("Pass"),
  ...common,
  ...paths,
  ...transition,
  Result: z.unknown().optional(),
  Parameters: template.optional(),
  ResultPath: result.ResultPath,
});

const choiceRule = compiled(z.looseObject({ Next: z.string() }), ({ Next, ...rule }) => ({
  next: Next,
  holds: compileRule(rule),
}));
export const choice = z.strictObject({
  Type: z.literal("Choice"),
  ...common,
  ...paths,
  Choices: z.array(choiceRule).min(1),
  Default: z.string().optional(),
});

export const wait = z
  .strictObject({
    Type: z.literal("Wait"),
    ...common,
    ...paths,
    ...transition,
    Seconds: z.int().min(0).max(99_999_999).optional(),
    SecondsPath: path.optional(),
    Timestamp: z.iso.datetime({ offset: true }).optional(),
    TimestampPath: path.optional(),
  })
  .refine(
    (state) =>
      [state.Seconds, state.SecondsPath, state.Timestamp, state.TimestampPath].filter((one) => one !== undefined)
        .length === 1,
    { error: "it has to hold exactly one of Seconds, SecondsPath, Timestamp and TimestampPath" },
  );

export const succeed = z.strictObject({ Type: z.literal("Succeed"), ...common, ...paths });

export const fail = z.strictObject({
  Type: z.literal("Fail"),
  ...common,
  Error: z.string().optional(),
  ErrorPath: pathOrIntrinsic.optional(),
  Cause: z.string().optional(),
  CausePath: pathOrIntrinsic.optional(),
});

export const stateMachine = z.strictObject({
  Comment: z.string().optional(),
  QueryLanguage: common.QueryLanguage,
  Version: z.literal("1.0").optional(),
  TimeoutSeconds: seconds.optional(),
  StartAt: z.string(),
  States: z.record(z.string(), z.unknown()),
});
