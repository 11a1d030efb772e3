import { Duration } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import { HttpApi, HttpRoute, HttpRouteKey, HttpStage, LogGroupLogDestination } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { HouseFunction } from "./house-function.ts";
import type { StageConfig } from "./stages.ts";

/** The HTTP API: one route to one function, which knows its routes, tokens and problem answers itself. */
export class Api extends Construct {
  readonly httpApi: HttpApi;

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id);
    this.httpApi = new HttpApi(this, "HttpApi", { createDefaultStage: false });
    new HttpStage(this, "Stage", {
      httpApi: this.httpApi,
      stageName: "$default",
      autoDeploy: true,
      throttle: { rateLimit: 200, burstLimit: 400 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, "AccessLogs", { retention: config.logRetentionDays, removalPolicy: config.removal }),
        ),
        // Without the query string: people search patrons by name in it.
        format: AccessLogFormat.custom(
          JSON.stringify({
            requestId: "$context.requestId",
            at: "$context.requestTimeEpoch",
            method: "$context.httpMethod",
            path: "$context.path",
            status: "$context.status",
            milliseconds: "$context.responseLatency",
            integrationError: "$context.integrationErrorMessage",
          }),
        ),
      },
    });
  }

  addFunction(props: {
    config: StageConfig;
    environment: Record<string, string>;
    rights: readonly PolicyStatement[];
  }): HouseFunction {
    const house = new HouseFunction(this, "Requests", {
      ...props,
      deployable: "api",
      description: "Answers the HTTP API",
      // The gateway gives up after 30 seconds.
      timeout: Duration.seconds(29),
      memory: 1769,
    });
    new HttpRoute(this, "Everything", {
      httpApi: this.httpApi,
      routeKey: HttpRouteKey.DEFAULT,
      integration: new HttpLambdaIntegration("Integration", house.function),
    });
    return house;
  }
}
