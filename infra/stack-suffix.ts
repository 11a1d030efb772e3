import { Fn, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";

/**
 * What no other stack has in its id, also one of the same name before or after: for names of what outlives its stack and
 * must have one.
 */
export function stackSuffix(scope: Construct): string {
  return Fn.select(2, Fn.split("/", Stack.of(scope).stackId));
}
