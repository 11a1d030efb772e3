/**
 * Public prices of the region us-east-1 in US dollars, without free tiers and volume discounts, as known from AWS's
 * pages, and articles that repeat them, of up to June 2026.
 *
 * - DynamoDB on demand: https://aws.amazon.com/dynamodb/pricing/on-demand/
 * - Step Functions: https://aws.amazon.com/step-functions/pricing/
 * - Lambda on arm64: https://aws.amazon.com/lambda/pricing/
 * - S3 Standard: https://aws.amazon.com/s3/pricing/
 * - SQS standard queues, with what fair queues cost on top: https://aws.amazon.com/sqs/pricing/
 * - HTTP API: https://aws.amazon.com/api-gateway/pricing/
 */
export const prices = {
  date: "June 2026",
  region: "us-east-1",
  perReadUnit: 0.125e-6,
  perWriteUnit: 0.625e-6,
  perTransition: 25e-6,
  perExpressRequest: 1e-6,
  perExpressGbSecond: 0.00001667,
  perLambdaRequest: 0.2e-6,
  perLambdaGbSecond: 0.0000133334,
  /** PUT, COPY, POST and LIST. */
  perS3Write: 5e-6,
  /** GET, HEAD and what else there is. */
  perS3Read: 0.4e-6,
  perSqsRequest: 0.4e-6,
  /** On top, for messages with a group. */
  perFairSqsRequest: 0.1e-6,
  perApiRequest: 1e-6,
} as const;

/**
 * What a deployment costs by the month, beside its work: same region, date and omissions.
 *
 * - CloudWatch: https://aws.amazon.com/cloudwatch/pricing/
 * - Cognito's tokens of machine clients: https://aws.amazon.com/cognito/pricing/
 * - KMS: https://aws.amazon.com/kms/pricing/
 * - WAF: https://aws.amazon.com/waf/pricing/
 */
export const monthlyPrices = {
  perTableGb: 0.25,
  /** Recovery to any point in time. */
  perTableBackupGb: 0.2,
  perBucketGb: 0.023,
  /** Each metric that an alarm looks at. */
  perAlarmMetric: 0.1,
  perMetric: 0.3,
  perDashboard: 3,
  perLogGb: 0.5,
  perKey: 1,
  perMachineToken: 0.00225,
  perFirewall: 5,
  perFirewallRule: 1,
} as const;
