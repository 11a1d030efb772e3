import { CfnWebACL } from "aws-cdk-lib/aws-wafv2";
import { Construct } from "constructs";
import type { FirewallConfig } from "./stages.ts";

const fiveMinutes = 300;

/** Rules in front of the distribution, by which an address that asks too often is turned away before it costs anything. */
export class Firewall extends Construct {
  readonly webAclArn: string;

  constructor(scope: Construct, id: string, config: FirewallConfig) {
    super(scope, id);
    if ("webAclArn" in config) {
      this.webAclArn = config.webAclArn;
      return;
    }
    this.webAclArn = new CfnWebACL(this, "Rules", {
      scope: "CLOUDFRONT",
      defaultAction: { allow: {} },
      visibilityConfig: measured("All"),
      customResponseBodies: {
        [tooOften]: { contentType: "APPLICATION_JSON", content: JSON.stringify(problem) },
      },
      rules: [
        {
          name: "without-token",
          priority: 0,
          statement: perAddress(config.requestsWithoutToken, callsWithoutToken),
          ...turnedAway("WithoutToken"),
        },
        { name: "all", priority: 1, statement: perAddress(config.requests), ...turnedAway("TooOften") },
      ],
    }).attrArn;
  }
}

const tooOften = "too-often";
const problem = {
  type: "about:blank",
  title: "Too many requests",
  status: 429,
  detail: "Too many requests came from your address within five minutes. Wait a minute, then try again.",
  code: "RATE_LIMITED",
};

/** Calls of the API that name nobody. */
const callsWithoutToken: CfnWebACL.StatementProperty = {
  andStatement: {
    statements: [
      {
        byteMatchStatement: {
          fieldToMatch: { uriPath: {} },
          positionalConstraint: "STARTS_WITH",
          searchString: "/v1/",
          textTransformations: [{ priority: 0, type: "NONE" }],
        },
      },
      {
        // A header that is not there has no size to compare.
        notStatement: {
          statement: {
            sizeConstraintStatement: {
              fieldToMatch: { singleHeader: { Name: "authorization" } },
              comparisonOperator: "GT",
              size: 0,
              textTransformations: [{ priority: 0, type: "NONE" }],
            },
          },
        },
      },
    ],
  },
};

function perAddress(limit: number, of?: CfnWebACL.StatementProperty): CfnWebACL.StatementProperty {
  return {
    rateBasedStatement: {
      limit,
      aggregateKeyType: "IP",
      evaluationWindowSec: fiveMinutes,
      ...(of !== undefined && { scopeDownStatement: of }),
    },
  };
}

function turnedAway(metricName: string): Pick<CfnWebACL.RuleProperty, "action" | "visibilityConfig"> {
  const customResponse = {
    responseCode: 429,
    customResponseBodyKey: tooOften,
    responseHeaders: [{ name: "Retry-After", value: "60" }],
  };
  return { action: { block: { customResponse } }, visibilityConfig: measured(metricName) };
}

/** Counted, without samples: those would show addresses with patrons' ids. */
function measured(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, metricName, sampledRequestsEnabled: false };
}
