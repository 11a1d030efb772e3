import { account, region } from "../cloud.ts";
import { dynamodbNeeds } from "./dynamodb-needs.ts";
import type { Need } from "./need.ts";

/**
 * What a request to one of AWS' JSON services needs.
 *
 * @param target the header `X-Amz-Target`, such as `DynamoDB_20120810.GetItem`
 */
export function serviceNeeds(target: string, body: unknown): Need[] {
  const [service = "", operation = ""] = target.split(".");
  const given = (name: string): unknown => Reflect.get(Object(body), name);
  if (service.startsWith("DynamoDB")) return dynamodbNeeds(operation, body);
  if (service === "AmazonSQS") {
    const queue = String(given("QueueUrl")).split("/").at(-1);
    return [
      { action: `sqs:${operation.replace(/Batch$/, "")}`, resource: `arn:aws:sqs:${region}:${account}:${queue}` },
    ];
  }
  if (service === "AWSCognitoIdentityProviderService") {
    const resource = `arn:aws:cognito-idp:${region}:${account}:userpool/${given("UserPoolId")}`;
    return [{ action: `cognito-idp:${operation}`, resource }];
  }
  const resource = given("stateMachineArn") ?? given("executionArn") ?? given("mapRunArn");
  return [{ action: `states:${operation}`, resource: String(resource) }];
}
