import { Duration, Fn } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import {
  DomainName,
  HttpApi,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
  SecurityPolicy,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { HouseFunction } from "./house-function.ts";
import type { StageConfig } from "./stages.ts";

/** The HTTP API: one route to one function, which knows its routes, tokens and problem answers itself. */
export class Api extends Construct {
  readonly httpApi: HttpApi;
  /** Where it answers by itself, without the console's distribution in front. */
  readonly url: string;
  readonly host: string;
  /** What a name of its own has to point to. */
  readonly target: string | undefined;

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id);
    const domain = config.api && this.#domain(config.api);
    this.httpApi = new HttpApi(this, "HttpApi", {
      createDefaultStage: false,
      ...(domain !== undefined && { disableExecuteApiEndpoint: true }),
    });
    this.url = domain === undefined ? this.httpApi.apiEndpoint : `https://${domain.name}`;
    this.target = domain?.regionalDomainName;
    this.host = domain?.name ?? Fn.select(2, Fn.split("/", this.httpApi.apiEndpoint));
    new HttpStage(this, "Stage", {
      httpApi: this.httpApi,
      stageName: "$default",
      autoDeploy: true,
      // For all callers together, so high that requests without a token, which are counted too and answered within a
      // millisecond or two without a look at any table, leave room for those with one.
      throttle: { rateLimit: 5000, burstLimit: 5000 },
      ...(domain !== undefined && { domainMapping: { domainName: domain } }),
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, "AccessLogs", { retention: config.logRetentionDays, removalPolicy: config.removal }),
        ),
        // Without the address: there are ids of patrons in it, and names that people search them by.
        format: AccessLogFormat.custom(
          JSON.stringify({
            requestId: "$context.requestId",
            at: "$context.requestTimeEpoch",
            method: "$context.httpMethod",
            route: "$context.routeKey",
            bytes: "$context.responseLength",
            status: "$context.status",
            milliseconds: "$context.responseLatency",
            integrationError: "$context.integrationErrorMessage",
          }),
        ),
      },
    });
  }

  #domain({ name, certificateArn }: NonNullable<StageConfig["api"]>): DomainName {
    return new DomainName(this, "Domain", {
      domainName: name,
      certificate: Certificate.fromCertificateArn(this, "Certificate", certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
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
