import { CfnOutput, Stack } from "aws-cdk-lib";
import type { UserPoolClient } from "aws-cdk-lib/aws-cognito";
import { Construct } from "constructs";
import type { Api } from "./api.ts";
import type { ConsoleHosting } from "./console-hosting.ts";
import type { Dashboard } from "./dashboard.ts";
import type { Identity } from "./identity.ts";
import type { Records } from "./records.ts";

/** What an operator needs to know of a deployment, told by CloudFormation when it is done. */
export class Outputs extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly hosting: ConsoleHosting;
      readonly api: Api;
      readonly identity: Identity;
      readonly consoleClient: UserPoolClient;
      readonly records: Records;
      readonly dashboard: Dashboard;
    },
  ) {
    super(scope, id);
    const { hosting, api, identity, consoleClient, records, dashboard } = props;
    const { region } = Stack.of(this);
    this.#tell("ConsoleUrl", hosting.url, "Where people sign in, and the origin of the API under /v1");
    this.#tell("ApiUrl", api.url, "The API behind that origin");
    this.#tell("ConsoleTarget", hosting.target, "What the name of the console points to by CNAME");
    if (api.target !== undefined) this.#tell("ApiTarget", api.target, "What the name of the API points to by CNAME");
    this.#tell("UserPoolId", identity.pool.userPoolId, "Where passwords of people and secrets of clients are kept");
    this.#tell("Issuer", identity.issuer, "The issuer of tokens");
    this.#tell("ConsoleClientId", consoleClient.userPoolClientId, "The client that the console signs people in with");
    this.#tell("TableName", records.table.tableName, "The table of records");
    this.#tell(
      "DashboardUrl",
      `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards:name=${dashboard.name}`,
      "What rings, what is at work, and how quickly",
    );
    this.#tell("BucketName", records.bucket.bucketName, "The bucket of members, plans, outcomes and reports");
  }

  #tell(name: string, value: string, description: string): void {
    // Named as it is told, not by where it stands in the tree.
    new CfnOutput(this, name, { value, description }).overrideLogicalId(name.replaceAll(/[^A-Za-z0-9]/g, ""));
  }
}
