import { z } from "zod";
import type { Cloud } from "./cloud.ts";
import type { Invoke } from "./lambda/invocation.ts";

/** The pattern that is known here: executions of some state machines that have come to some statuses. */
const patternSchema = z.strictObject({
  source: z.tuple([z.literal("aws.states")]),
  "detail-type": z.tuple([z.literal("Step Functions Execution Status Change")]),
  detail: z.strictObject({ stateMachineArn: z.array(z.string()), status: z.array(z.string()) }),
});

const propertiesSchema = z.looseObject({
  EventPattern: patternSchema,
  State: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
  Targets: z.array(z.looseObject({ Arn: z.string(), Input: z.never().optional(), InputPath: z.never().optional() })),
});

/** An execution that has ended, as EventBridge tells it. */
export interface EndedExecution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: string;
}

/**
 * Tells the targets of the template's rules of executions that have ended, as EventBridge does.
 *
 * @throws where a rule asks for anything else: it would never be told.
 */
export function openRules({ cloud, invoke }: { cloud: Cloud; invoke: Invoke }): (ended: EndedExecution) => void {
  const rules = cloud.ofType("AWS::Events::Rule").flatMap(({ logicalId, properties }) => {
    const { data, error } = propertiesSchema.safeParse(properties);
    if (data === undefined) {
      throw new Error(`The rule ${logicalId} asks for what is not told on this machine. ${z.prettifyError(error)}`);
    }
    return data.State === "ENABLED" ? [data] : [];
  });
  return (ended) => {
    for (const { EventPattern, Targets } of rules) {
      const { stateMachineArn, status } = EventPattern.detail;
      if (!stateMachineArn.includes(ended.stateMachineArn) || !status.includes(ended.status)) continue;
      const event = { source: "aws.states", "detail-type": EventPattern["detail-type"][0], detail: ended };
      for (const { Arn } of Targets) void invoke(Arn, event);
    }
  };
}
