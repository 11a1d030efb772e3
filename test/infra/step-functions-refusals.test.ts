import { describe, expect, test } from "vitest";
import { compileStateMachine } from "#infra/local/step-functions/definition";
import { DefinitionRefused } from "#infra/local/step-functions/states-error";
import { chunked, functionArn, machineArn, only } from "./step-functions-bed.ts";

function refusal(definition: unknown): string {
  try {
    compileStateMachine(machineArn, "Apply", definition);
  } catch (error) {
    if (error instanceof DefinitionRefused) return error.message;
    throw error;
  }
  return "";
}

const task = (fields: object): unknown => only({ Type: "Task", Resource: functionArn, ...fields });
const reader = (fields: object): unknown =>
  chunked({
    ItemReader: {
      Resource: "arn:aws:states:::s3:getObject",
      ReaderConfig: { InputType: "JSONL" },
      Parameters: { Bucket: "bucket", Key: "key" },
      ...fields,
    },
  });
const processor = (fields: object): unknown =>
  chunked({ ItemProcessor: { StartAt: "A", States: { A: { Type: "Succeed" } }, ...fields } });

const at = 'State machine "Apply", state "Only"';

describe("what would not run here as on AWS is refused when the product starts", () => {
  test.each([
    [only({ Type: "Activity" }), `${at}: the type "Activity" is not supported here.`],
    [only({}), `${at}: the type undefined is not supported here.`],
    [task({ HeartbeatSeconds: 5 }), `${at}: the field "HeartbeatSeconds" is not supported here.`],
    [task({ Credentials: {} }), `${at}: the field "Credentials" is not supported here.`],
    [task({ TimeoutSecondsPath: "$.t" }), `${at}: the field "TimeoutSecondsPath" is not supported here.`],
    [task({ Retry: [{ ErrorEquals: ["A"], Jitter: 1 }] }), `${at}: the field "Retry.0.Jitter" is not supported here.`],
    [
      task({ Catch: [{ ErrorEquals: ["A"], Next: "Nowhere" }] }),
      `${at}: it leads to the state "Nowhere", which is not there.`,
    ],
    [task({ InputPath: "$..a" }), `${at}, field "InputPath": the path $..a uses a form that is not supported here.`],
    [
      task({ OutputPath: "$.a[*]" }),
      `${at}, field "OutputPath": the path $.a[*] uses a form that is not supported here.`,
    ],
    [
      task({ OutputPath: "$.a[0:2]" }),
      `${at}, field "OutputPath": the path $.a[0:2] uses a form that is not supported here.`,
    ],
    [task({ InputPath: "$job" }), `${at}, field "InputPath": the path $job uses a form that is not supported here.`],
    [
      task({ ResultPath: "$$.a" }),
      `${at}, field "ResultPath": the path $$.a names a field of the context object that is not supported here.`,
    ],
    [task({ ResultPath: "$$.State" }), `${at}, field "ResultPath": a result cannot be put into the context object.`],
    [
      task({ Parameters: { "a.$": "$$.Task.Token" } }),
      `${at}, field "Parameters": the path $$.Task.Token names a field of the context object that is not supported here.`,
    ],
    [
      task({ Parameters: { "a.$": "States.MathRandom(1, 2)" } }),
      `${at}, field "Parameters": the intrinsic function States.MathRandom is not supported here.`,
    ],
    [
      task({ Parameters: { "a.$": "States.Format('{}', $.a" } }),
      `${at}, field "Parameters": States.Format('{}', $.a is not well formed.`,
    ],
    [
      task({ Parameters: { "a.$": "text" } }),
      `${at}, field "Parameters": text is neither a path nor an intrinsic function.`,
    ],
    [
      task({ Parameters: { "a.$": 1 } }),
      `${at}, field "Parameters": the field a.$ has to hold a path or an intrinsic function.`,
    ],
    [
      task({ Resource: "arn:aws:states:::sqs:sendMessage" }),
      `${at}, field "Resource": only a Lambda function's ARN, arn:aws:states:::lambda:invoke or arn:aws:states:::dynamodb:putItem can run here.`,
    ],
    [
      task({ Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken", Parameters: { FunctionName: functionArn } }),
      `${at}, field "Resource": only a Lambda function's ARN, arn:aws:states:::lambda:invoke or arn:aws:states:::dynamodb:putItem can run here.`,
    ],
    [
      task({
        Resource: "arn:aws:states:::lambda:invoke",
        Parameters: { FunctionName: functionArn, InvocationType: "Event" },
      }),
      `${at}: the field "Parameters.InvocationType" is not supported here.`,
    ],
    [
      task({ Resource: "arn:aws:states:::lambda:invoke", Parameters: {} }),
      `${at}, field "Parameters": lambda:invoke needs the parameter FunctionName.`,
    ],
    [task({ QueryLanguage: "JSONata" }), new RegExp(`^${at}, field "QueryLanguage": `, "u")],
    [task({ TimeoutSeconds: 0 }), new RegExp(`^${at}, field "TimeoutSeconds": `, "u")],
    [task({ Next: "Only" }), `${at}: it has to hold exactly one of Next and End.`],
    [only({ Type: "Pass", Assign: { a: 1 } }), `${at}: the field "Assign" is not supported here.`],
    [only({ Type: "Wait" }), `${at}: it has to hold exactly one of Seconds, SecondsPath, Timestamp and TimestampPath.`],
    [
      only({ Type: "Choice", Choices: [{ Variable: "$.a", NumericEqual: 1, Next: "Only" }] }),
      `${at}, field "Choices.0": the comparison NumericEqual is not supported here.`,
    ],
    [
      only({ Type: "Choice", Choices: [{ Variable: "$.a", NumericEquals: "1", Next: "Only" }] }),
      `${at}, field "Choices.0": the comparison NumericEquals holds a value of another type.`,
    ],
    [
      only({ Type: "Choice", Choices: [{ Variable: "$.a", IsNull: true, IsPresent: true, Next: "Only" }] }),
      `${at}, field "Choices.0": a choice rule has to hold exactly one comparison.`,
    ],
    [
      only({ Type: "Choice", Choices: [{ Condition: "{% true %}", Next: "Only" }] }),
      `${at}, field "Choices.0": a choice rule has to name its Variable.`,
    ],
    [
      only({ Type: "Parallel", Branches: [{ StartAt: "A", States: { A: { Type: "Activity" } } }] }),
      `${at}, state "A": the type "Activity" is not supported here.`,
    ],
    [chunked({ ItemBatcher: { MaxItemsPerBatch: 10 } }), `${at}: the field "ItemBatcher" is not supported here.`],
    [chunked({ ResultWriter: {} }), `${at}: the field "ResultWriter" is not supported here.`],
    [chunked({ MaxConcurrencyPath: "$.a" }), `${at}: the field "MaxConcurrencyPath" is not supported here.`],
    [chunked({ Label: "two words" }), `${at}, field "Label": a label holds at most 40 letters, digits, - and _.`],
    [chunked({ ItemsPath: "$.a" }), `${at}: the field "ItemsPath" is not supported here.`],
    [
      reader({ Resource: "arn:aws:states:::s3:listObjectsV2" }),
      `${at}, field "ItemReader.Resource": items can only be read by s3:getObject here.`,
    ],
    [
      reader({ ReaderConfig: { InputType: "CSV" } }),
      `${at}, field "ItemReader.ReaderConfig.InputType": items can only be read as JSONL here.`,
    ],
    [
      reader({ ReaderConfig: { InputType: "JSONL", Transformation: "NONE" } }),
      `${at}: the field "ItemReader.ReaderConfig.Transformation" is not supported here.`,
    ],
    [
      processor({ ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" } }),
      `${at}, field "ItemProcessor", field "ProcessorConfig.ExecutionType": children can only be EXPRESS executions here.`,
    ],
    [processor({}), `${at}: the field "Label" is not supported here.`],
    [chunked({}, { Catch: 1 }), new RegExp(`^${at}, state "Chunk", field "Catch": `, "u")],
    [
      only({ Type: "Parallel", Branches: [chunked()] }),
      `${at}, state "Only": a distributed Map can only stand at the top of a state machine here.`,
    ],
    [{ StartAt: "A", States: {} }, 'State machine "Apply": StartAt names the state "A", which is not there.'],
    [
      { StartAt: "A", States: { A: { Type: "Succeed" } }, Processor: 1 },
      'State machine "Apply": the field "Processor" is not supported here.',
    ],
    [
      { StartAt: "A", States: { A: { Type: "Succeed" } }, QueryLanguage: "JSONata" },
      /^State machine "Apply", field "QueryLanguage": /u,
    ],
  ])("%j", (definition, sentence) => {
    if (sentence instanceof RegExp) expect(refusal(definition)).toMatch(sentence);
    else expect(refusal(definition)).toBe(sentence);
  });
});

test("what the tests build on is not refused", () => {
  expect(refusal(chunked())).toBe("");
  expect(refusal(reader({}))).toBe("");
  expect(refusal(task({}))).toBe("");
});
