import { prices } from "./prices.ts";
import type { Usage } from "./usage.ts";

/** Dollars by service. */
export interface Bill {
  readonly "DynamoDB reads": number;
  readonly "DynamoDB writes": number;
  readonly "Step Functions": number;
  readonly Lambda: number;
  readonly S3: number;
  readonly SQS: number;
  readonly "HTTP API": number;
}

/** @param per the bill is for this many times what was used */
export function billOf(usage: Usage, per = 1): Bill {
  return {
    "DynamoDB reads": usage.readUnits * prices.perReadUnit * per,
    "DynamoDB writes": usage.writeUnits * prices.perWriteUnit * per,
    "Step Functions":
      (usage.transitions * prices.perTransition +
        usage.expressRequests * prices.perExpressRequest +
        usage.expressGbSeconds * prices.perExpressGbSecond) *
      per,
    Lambda: (usage.lambdaRequests * prices.perLambdaRequest + usage.lambdaGbSeconds * prices.perLambdaGbSecond) * per,
    S3: (usage.s3Writes * prices.perS3Write + usage.s3Reads * prices.perS3Read) * per,
    SQS: (usage.sqsRequests * prices.perSqsRequest + usage.fairSqsRequests * prices.perFairSqsRequest) * per,
    "HTTP API": usage.apiRequests * prices.perApiRequest * per,
  };
}

export function totalOf(bill: Bill): number {
  return Object.values(bill).reduce((sum, one: number) => sum + one, 0);
}
